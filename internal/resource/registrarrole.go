package resource

// RegistrarRole is the role of the task that registers the gateway. It may do one thing: to
// store the registration file in the gateway's own secret.
func RegistrarRole(common Common, name, secret string) Role {
	return Role{
		Common: common, Part: "registrar", Name: name,
		Principal: "ecs-tasks.amazonaws.com", Purpose: "ECS task role of the registration",
		Policy: func() string {
			return document(statement{Sid: "Registration", Effect: "Allow", Action: []string{"secretsmanager:PutSecretValue"}, Resource: common.secretARNs(secret)})
		},
	}
}
