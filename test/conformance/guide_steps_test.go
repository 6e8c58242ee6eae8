package conformance_test

import "strings"

// step is one command of the guide.
type step struct {
	// part is the guide's number for it. A "+" after it marks what is not in the guide
	// as it stands; a comment says why it is here.
	part string
	// command is the guide's own text, with its <names> for saved values.
	command string
	// query is added where the guide says "copy and save" of an answer that it shows whole.
	query string
	// save names the words of the answer, in their order; words without a name are dropped.
	save []string
	// until is the answer to wait for, want the answer that must come at once.
	until, want string
}

func (s step) name() string {
	words := strings.Fields(s.command)
	return s.part + " " + strings.Join(words[1:min(3, len(words))], " ")
}

// guide is the guide from its first command to its last.
func guide() []step {
	var all []step
	for _, part := range [][]step{
		gatherInformation(), securityGroups(), fileSystem(), logGroupAndRole(), cluster(),
		registration(), firstReplica(), loadBalancer(), fourReplicas(),
	} {
		all = append(all, part...)
	}
	return all
}

func gatherInformation() []step {
	return []step{
		{part: "1.1.1", command: `aws sts get-caller-identity`, query: "Account", save: []string{"AWS Account ID"}, want: "123456789012"},
		// From here on, --output text is added where a value is saved.
		{part: "1.1.2", command: `aws configure get region || echo $AWS_REGION`},
		{part: "1.1.2", command: `aws ec2 describe-vpcs`, query: "Vpcs[0].VpcId", save: []string{"VPC ID"}},
		{part: "1.1.2", command: `aws ec2 describe-vpcs \
    --query "Vpcs[*].[VpcId,IsDefault,Tags[*].Key,Tags[*].Value]"`},
		{part: "1.1.3", command: `aws ec2 describe-subnets \
    --filters "Name=vpc-id,Values=<VPC ID>" \
    --query "Subnets[*].{AZ: AvailabilityZone,SubnetId: SubnetId}"`,
			save: []string{"AZ A", "Subnet ID A", "AZ B", "Subnet ID B", "AZ C", "Subnet ID C", "AZ D", "Subnet ID D"}},
	}
}

func securityGroups() []step {
	return []step{
		{part: "1.2.1", command: `aws ec2 create-security-group \
    --group-name flex-gw-on-ecs-sg \
    --description "Security group for Flex Gateway on ECS" \
    --vpc-id <VPC ID> \
    --tag-specifications 'ResourceType=security-group,Tags=[{Key=Project,Value=Flex on ECS}]'`,
			query: "GroupId", save: []string{"Security Group for All Resources"}},
		{part: "1.2.1", command: `aws ec2 authorize-security-group-ingress \
    --group-id <Security Group for All Resources> \
    --protocol all \
    --cidr <Your IP Address>/32`,
			query: "Return", want: "True"},
		// The guide gives the load balancer this same group, whose only rule is for the
		// reader's address. Without this rule the health checks do not reach the replicas.
		{part: "1.2.1+", command: `aws ec2 authorize-security-group-ingress \
    --group-id <Security Group for All Resources> \
    --protocol all \
    --source-group <Security Group for All Resources>`,
			query: "Return", want: "True"},
		{part: "1.2.2", command: `aws ec2 create-security-group \
    --group-name flex-gw-efs-sg \
    --description "Security group for EFS file system" \
    --vpc-id <VPC ID> \
    --tag-specifications 'ResourceType=security-group,Tags=[{Key=Project,Value=Flex on ECS}]'`,
			query: "GroupId", save: []string{"EFS File System Security Group"}},
		{part: "1.2.2", command: `aws ec2 authorize-security-group-ingress \
    --group-id <EFS File System Security Group> \
    --protocol tcp \
    --port 2049 \
    --source-group <Security Group for All Resources>`,
			query: "SecurityGroupRules[0].ReferencedGroupInfo.GroupId", want: "<Security Group for All Resources>"},
	}
}

func fileSystem() []step {
	steps := []step{
		{part: "1.3.1", command: `aws efs create-file-system \
    --creation-token Flex-Gateway-FS \
    --backup \
    --performance-mode generalPurpose \
    --throughput-mode elastic \
    --region us-east-1 \
    --tags \
      Key=Name,Value="Flex Gateway File System" \
      Key=Project,Value="Flex on ECS" \
    --no-cli-pager`,
			query: "FileSystemId", save: []string{"EFS File System ID"}},
		// The guide's reader types more slowly than a test does.
		{part: "1.3.1+", command: `aws efs describe-file-systems --file-system-id <EFS File System ID>`,
			query: "FileSystems[].LifeCycleState", until: "available"},
	}
	for _, zone := range []string{"A", "B", "C", "D"} {
		steps = append(steps, step{part: "1.3.2", command: `aws efs create-mount-target \
    --file-system-id <EFS File System ID> \
    --subnet-id <Subnet ID ` + zone + `> \
    --security-group <EFS File System Security Group> \
    --no-cli-pager`})
	}
	return append(steps,
		step{part: "1.3.2+", command: `aws efs describe-mount-targets --file-system-id <EFS File System ID>`,
			query: "MountTargets[].LifeCycleState", until: "available available available available"},
		// For 1.4 and 1.5: an access point makes the subdirectory that the guide makes on an
		// EC2 instance with mkdir.
		step{part: "1.5.3+", command: `aws efs create-access-point \
    --file-system-id <EFS File System ID> \
    --posix-user Uid=1000,Gid=1000 \
    --root-directory "Path=<Flex GW Home>,CreationInfo={OwnerUid=1000,OwnerGid=1000,Permissions=0755}"`,
			query: "AccessPointId", save: []string{"Access Point ID"}},
		step{part: "1.5.3+", command: `aws efs describe-access-points --file-system-id <EFS File System ID>`,
			query: "AccessPoints[].LifeCycleState", until: "available"},
	)
}

func logGroupAndRole() []step {
	return []step{
		{part: "1.6.1", command: `aws logs create-log-group --log-group-name <Log Group Name>`},
		{part: "1.6.2", command: `aws iam create-role \
    --role-name ECSTaskExecutionRole \
    --assume-role-policy-document file://ECS-Tasks-Trust-Policy.json \
    --tags Key=Project,Value="Flex on ECS"`,
			query: "Role.Arn", save: []string{"Execution Role ARN"}, want: "arn:aws:iam::<AWS Account ID>:role/ECSTaskExecutionRole"},
		{part: "1.6.2", command: `aws iam attach-role-policy \
    --role-name ECSTaskExecutionRole \
    --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy`},
	}
}

func cluster() []step {
	return []step{
		{part: "1.6.3", command: `aws ecs create-cluster \
    --cluster-name Flex-GW-ECS-Cluster \
    --tags key=Project,value="Flex on ECS"`,
			query: "cluster.[clusterName,status]", want: "<ECS Cluster Name> ACTIVE"},
		{part: "1.6.4", command: `aws ecs register-task-definition \
    --cli-input-json file://ECS-Task-Def-flex-gw-demo-dev-01.json \
    --tags key=Project,value="Flex on ECS" \
    --no-cli-pager`,
			query: "taskDefinition.[family,revision]", want: "<Flex Instance Name>-Task-Def 1"},
	}
}

// registration is for 2.1: a task writes the file that the guide copies with scp.
func registration() []step {
	return []step{
		{part: "2.1.3+", command: `aws ecs register-task-definition --cli-input-json file://ECS-Task-Def-registration.json`,
			query: "taskDefinition.status", want: "ACTIVE"},
		{part: "2.1.3+", command: `aws ecs run-task \
    --cluster <ECS Cluster Name> \
    --launch-type FARGATE \
    --task-definition <Flex Instance Name>-Registration \
    --network-configuration "awsvpcConfiguration={subnets=[<Subnet ID A>],securityGroups=[<Security Group for All Resources>],assignPublicIp=ENABLED}"`,
			query: "tasks[0].taskArn", save: []string{"Writer ARN"}},
		{part: "2.1.3+", command: `aws ecs wait tasks-stopped --cluster <ECS Cluster Name> --tasks <Writer ARN>`},
		{part: "2.1.3+", command: `aws ecs describe-tasks --cluster <ECS Cluster Name> --tasks <Writer ARN>`,
			query: "tasks[0].[stopCode,containers[0].exitCode]", want: "EssentialContainerExited 0"},
	}
}

func firstReplica() []step {
	return []step{
		{part: "2.2.2", command: `aws ecs create-service \
    --cli-input-json file://ECS-Service-flex-gw-demo-dev-01-Minimal.json \
    --region us-east-1 \
    --tags key=Project,value="Flex on ECS" \
    --no-cli-pager`,
			query: "service.[status,desiredCount,runningCount]", want: "ACTIVE 1 0"},
		{part: "2.2.2", command: `aws ecs wait services-stable \
    --cluster Flex-GW-ECS-Cluster \
    --services <Service Name> && \
    echo $?`},
		{part: "2.2.4", command: `aws ecs list-tasks \
    --cluster <ECS Cluster Name> \
    --service-name <Service Name> \
    --no-cli-pager`,
			query: "taskArns", save: []string{"Task ARN"}},
		{part: "2.2.4", command: `aws ecs describe-tasks \
    --cluster <ECS Cluster Name> \
    --tasks <Task ARN> \
    --query "tasks[0].attachments[0].{ENI: details[?name=='networkInterfaceId'].value | [0]}"`,
			save: []string{"Network Interface ID"}},
		// The guide misses the last quotation mark.
		{part: "2.2.4", command: `aws ec2 describe-network-interfaces \
    --network-interface-ids <Network Interface ID> \
    --query "NetworkInterfaces[0].Association.{DNSName: PublicDnsName, IP: PublicIp}"`,
			save: []string{"Flex Replica DNS Name", "Flex Replica IP"}},
	}
}

func loadBalancer() []step {
	return []step{
		// The guide's [] lost its index on the way to the page, here and below.
		{part: "3.2.1", command: `aws elbv2 create-load-balancer \
    --name Flex-GW-Load-Balancer \
    --subnets <Subnet ID A> <Subnet ID B> <Subnet ID C> <Subnet ID D> \
    --security-groups <Security Group for All Resources> \
    --tags Key=Project,Value="Flex on ECS" \
    --type network \
    --query "LoadBalancers[0].{NLBArn: LoadBalancerArn, DNSName: DNSName}"`,
			save: []string{"NLB DNS Name", "NLB ARN"}},
		{part: "3.2.2", command: `aws elbv2 create-target-group \
    --name Flex-Targets-<Downstream Endpoint Port> \
    --protocol TCP \
    --port <Downstream Endpoint Port> \
    --vpc-id <VPC ID> \
    --health-check-protocol TCP \
    --target-type ip \
    --tags Key=Project,Value="Flex on ECS" \
    --query "TargetGroups[0].{TGArn: TargetGroupArn}"`,
			save: []string{"Target Group 1 ARN"}},
		{part: "3.2.2", command: `aws elbv2 create-target-group \
    --name Flex-Targets-<ECS Task Port Mapping> \
    --protocol TCP \
    --port <ECS Task Port Mapping> \
    --vpc-id <VPC ID> \
    --health-check-protocol TCP \
    --health-check-port <Downstream Endpoint Port> \
    --target-type ip \
    --tags Key=Project,Value="Flex on ECS" \
    --query "TargetGroups[0].{TGArn: TargetGroupArn}"`,
			save: []string{"Target Group 2 ARN"}},
		listener("8081", "Target Group 1 ARN"),
		listener("8082", "Target Group 2 ARN"),
	}
}

func listener(port, group string) step {
	return step{part: "3.2.3", command: `aws elbv2 create-listener \
    --load-balancer-arn <NLB ARN> \
    --protocol TCP \
    --port ` + port + ` \
    --default-actions Type=forward,TargetGroupArn=<` + group + `> \
    --tags Key=Project,Value="Flex on ECS" \
    --no-cli-pager`,
		query: "Listeners[0].[Port,DefaultActions[0].TargetGroupArn]", want: port + " <" + group + ">"}
}

func fourReplicas() []step {
	return []step{
		// The guide's file has the load balancers and the desired count of four; the count is
		// said once more where it is read more easily.
		{part: "3.3.2", command: `aws ecs update-service \
    --cli-input-json file://ECS-Service-flex-gw-demo-dev-01-HA-Additions.json \
    --desired-count 4 \
    --no-cli-pager`,
			query: "service.[desiredCount,length(deployments),length(loadBalancers)]", want: "4 2 2"},
		{part: "3.3.2+", command: `aws ecs wait services-stable --cluster <ECS Cluster Name> --services <Service Name>`},
		{part: "3.3.2+", command: `aws elbv2 wait target-in-service --target-group-arn <Target Group 1 ARN>`},
		{part: "3.3.2+", command: `aws elbv2 wait target-in-service --target-group-arn <Target Group 2 ARN>`},
		// The guide's last picture: five replicas, and after a while four.
		{part: "3.3.3+", command: `aws ecs describe-services --cluster <ECS Cluster Name> --services <Service Name>`,
			query: "services[0].[runningCount,length(deployments),deployments[0].rolloutState]", until: "4 1 COMPLETED"},
		{part: "3.3.3+", command: `aws elbv2 describe-target-health --target-group-arn <Target Group 1 ARN>`,
			query: "TargetHealthDescriptions[].TargetHealth.State", want: "healthy healthy healthy healthy"},
		{part: "3.3.3+", command: `aws elbv2 describe-target-health --target-group-arn <Target Group 2 ARN>`,
			query: "TargetHealthDescriptions[].TargetHealth.State", want: "healthy healthy healthy healthy"},
	}
}
