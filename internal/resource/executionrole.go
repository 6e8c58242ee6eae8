package resource

// ExecutionRole is the role with which ECS pulls the image, writes the logs and reads
// the registration and the configuration. Its policy allows what AWS's managed policy
// AmazonECSTaskExecutionRolePolicy allows, narrowed to this gateway's log group, and its
// secrets, all by name. An arn brings a role that is there already.
func ExecutionRole(common Common, name, arn, logGroup string, secrets []string) Role {
	return Role{
		Common: common, Part: "execution", Name: name, ARN: arn,
		Principal: "ecs-tasks.amazonaws.com", Purpose: "ECS task execution role",
		Policy: func() string {
			return document(
				statement{Sid: "Logs", Effect: "Allow", Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
					Resource: []string{common.arn("logs", "log-group:"+logGroup+":*")}},
				statement{Sid: "Registration", Effect: "Allow", Action: []string{"secretsmanager:GetSecretValue"},
					Resource: common.secretARNs(secrets...)},
				statement{Sid: "Image", Effect: "Allow", Resource: []string{"*"},
					Action: []string{"ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"}},
			)
		},
	}
}

// secretARNs are the ARNs of secrets as policies name them: Secrets Manager puts a dash
// and six characters behind each name.
func (c Common) secretARNs(names ...string) []string {
	var arns []string
	for _, name := range names {
		arns = append(arns, c.arn("secretsmanager", "secret:"+name+"-??????"))
	}
	return arns
}
