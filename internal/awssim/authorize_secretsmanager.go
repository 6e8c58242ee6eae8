package awssim

import (
	"strings"

	"flexgw.io/controller/internal/awssim/iam"
)

// secretsRules follow "Actions, resources, and condition keys for AWS Secrets Manager".
func secretsRules() map[string]rule {
	rules := map[string]rule{
		"ListSecrets": everywhere,
		"CreateSecret": func(r *request) []iam.Ask {
			asks := r.on(r.secret(r.text("Name")))
			if len(r.tags()) == 0 {
				return asks
			}
			return append(asks, r.ask("secretsmanager:TagResource", r.secret(r.text("Name"))))
		},
	}
	for _, operation := range []string{
		"DescribeSecret", "UpdateSecret", "DeleteSecret", "RestoreSecret", "GetSecretValue", "PutSecretValue",
		"ListSecretVersionIds", "TagResource", "UntagResource",
	} {
		rules[operation] = func(r *request) []iam.Ask { return r.on(r.secret(r.text("SecretId"))) }
	}
	return rules
}

// lengthOfSuffix is the length of the dash and the characters that Secrets Manager
// adds to a secret's name.
const lengthOfSuffix = 7

// secret is the ARN of a secret, which its name is the start of. A new one has no
// suffix yet.
func (r *request) secret(id string) string {
	if strings.HasPrefix(id, "arn:") {
		return id
	}
	arn := r.arn("secret:" + id)
	for _, found := range r.services.Secrets.Inventory() {
		if len(found.ID) == len(arn)+lengthOfSuffix && strings.HasPrefix(found.ID, arn+"-") {
			return found.ID
		}
	}
	return arn
}
