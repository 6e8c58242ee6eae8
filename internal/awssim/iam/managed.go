package iam

import (
	"regexp"
	"strings"
)

// managedPolicies are the AWS managed policies that the simulation knows, by the
// part of the ARN after "policy". What is given here is a faithful extract where a
// policy is short, and its allowances for the simulated services where it is long
// (AWS Managed Policy Reference).
var managedPolicies = map[string]string{
	"/AdministratorAccess": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
	"/service-role/AmazonECSTaskExecutionRolePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
		"ecr:GetAuthorizationToken","ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer","ecr:BatchGetImage",
		"logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}`,
	"/AmazonECSInfrastructureRolePolicyForLoadBalancers": `{"Version":"2012-10-17","Statement":[
		{"Sid":"ELBReadOperations","Effect":"Allow","Action":["elasticloadbalancing:DescribeListeners","elasticloadbalancing:DescribeRules",
		"elasticloadbalancing:DescribeTargetGroups","elasticloadbalancing:DescribeTargetHealth"],"Resource":"*"},
		{"Sid":"TargetGroupOperations","Effect":"Allow","Action":["elasticloadbalancing:RegisterTargets","elasticloadbalancing:DeregisterTargets"],
		"Resource":"arn:aws:elasticloadbalancing:*:*:targetgroup/*/*"},
		{"Sid":"ALBModifyListeners","Effect":"Allow","Action":"elasticloadbalancing:ModifyListener","Resource":"arn:aws:elasticloadbalancing:*:*:listener/app/*/*/*"},
		{"Sid":"NLBModifyListeners","Effect":"Allow","Action":"elasticloadbalancing:ModifyListener","Resource":"arn:aws:elasticloadbalancing:*:*:listener/net/*/*/*"}]}`,
	"/AmazonElasticFileSystemClientFullAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
		"elasticfilesystem:ClientMount","elasticfilesystem:ClientRootAccess","elasticfilesystem:ClientWrite",
		"elasticfilesystem:DescribeMountTargets"],"Resource":"*"}]}`,
	"/AmazonElasticFileSystemClientReadWriteAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
		"elasticfilesystem:ClientMount","elasticfilesystem:ClientWrite","elasticfilesystem:DescribeMountTargets"],"Resource":"*"}]}`,
	"/AmazonElasticFileSystemClientReadOnlyAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[
		"elasticfilesystem:ClientMount","elasticfilesystem:DescribeMountTargets"],"Resource":"*"}]}`,
	"/CloudWatchLogsFullAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:*","cloudwatch:GenerateQuery"],"Resource":"*"}]}`,
	"/SecretsManagerReadWrite":  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["secretsmanager:*","kms:DescribeKey","kms:ListAliases","kms:ListKeys"],"Resource":"*"}]}`,
	"/AmazonSSMReadOnlyAccess":  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:Describe*","ssm:Get*","ssm:List*"],"Resource":"*"}]}`,
	"/AmazonEC2FullAccess":      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:*","elasticloadbalancing:*","cloudwatch:*","autoscaling:*"],"Resource":"*"}]}`,
	"/AmazonECS_FullAccess":     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecs:*","elasticloadbalancing:*","logs:*","ec2:Describe*"],"Resource":"*"}]}`,
	"/AmazonS3ReadOnlyAccess":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*"],"Resource":"*"}]}`,
	"/CloudWatchAgentServerPolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:PutMetricData",
		"logs:CreateLogGroup","logs:CreateLogStream","logs:DescribeLogGroups","logs:DescribeLogStreams","logs:PutLogEvents","logs:PutRetentionPolicy"],"Resource":"*"}]}`,
}

var awsPolicyARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::aws:policy(/.+)$`)

// serviceRolePath is where the policies of service-linked roles are; nobody can
// attach them.
const serviceRolePath = "/aws-service-role/"

// managedPolicy returns an AWS managed policy by its ARN.
func managedPolicy(arn string) (document, bool) {
	m := awsPolicyARN.FindStringSubmatch(arn)
	if m == nil {
		return document{}, false
	}
	text, ok := managedPolicies[m[1]]
	if !ok {
		return document{}, false
	}
	doc, err := parsePermissions(text)
	return doc, err == nil
}

// policyName is the last part of a policy's ARN, and policyPath the one before it.
func policyName(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

func policyPath(arn string) string {
	_, path, _ := strings.Cut(arn, ":policy")
	return path[:strings.LastIndex(path, "/")+1]
}
