package ecs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/spf13/pflag"

	"flexgw.io/controller/internal/awssim/core"
)

// Exit codes of the AWS CLI, version 2 (its user guide, "Command line return codes").
const (
	cliUsage   = 252 // the command could not be parsed
	cliConfig  = 253 // no region, no credentials
	cliRefused = 254 // the service answered with an error
)

// usageOfAWS is what the AWS CLI prints before it says what is wrong with a command.
const usageOfAWS = `
usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
`

// runAWS is the AWS CLI with two commands: "secretsmanager put-secret-value" and "sts
// get-caller-identity". It calls AWS as the task's role in the region of its environment.
func runAWS(p *process) int {
	flags := pflag.NewFlagSet("aws", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	cli := &awsCLI{process: p}
	flags.StringVar(&cli.region, "region", "", "")
	flags.String("output", "json", "")
	flags.Bool("no-cli-pager", false, "")
	in := secretsmanager.PutSecretValueInput{}
	in.SecretId = flags.String("secret-id", "", "")
	in.SecretString = flags.String("secret-string", "", "")
	in.ClientRequestToken = flags.String("client-request-token", "", "")
	if err := flags.Parse(p.args); err != nil {
		return p.fail(cliUsage, "%s\nUnknown options: %v", usageOfAWS, err)
	}
	switch command := strings.Join(flags.Args(), " "); command {
	case "secretsmanager put-secret-value":
		if !flags.Changed("secret-id") {
			return p.fail(cliUsage, "%saws: error: the following arguments are required: --secret-id", usageOfAWS)
		}
		return cli.putSecretValue(&in)
	case "sts get-caller-identity":
		return cli.callerIdentity()
	default:
		return p.fail(cliUsage, "%saws: error: argument command: Invalid choice, valid choices are: secretsmanager put-secret-value, sts get-caller-identity; the simulator has no %q", usageOfAWS, command)
	}
}

// awsCLI is one run of the AWS CLI.
type awsCLI struct {
	*process
	region string
}

// caller is who calls in which region; a code other than 0 says that there is no call.
func (a *awsCLI) caller() (call *core.Call, code int) {
	t := a.container.task
	region := a.region
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region == "" {
			region = a.env(name)
		}
	}
	role := aws.ToString(t.revision.definition.TaskRoleArn)
	switch {
	case region == "":
		return nil, a.fail(cliConfig, "You must specify a region. You can also configure your region by running \"aws configure\".")
	case role == "":
		return nil, a.fail(cliConfig, "Unable to locate credentials. You can configure credentials by running \"aws configure\".")
	}
	sc := core.Scope{Account: t.region.scope.Account, Region: region}
	return &core.Call{Scope: sc, Principal: sessionOf(t, role)}, 0
}

// putSecretValue stores a version, if the task's role may.
func (a *awsCLI) putSecretValue(in *secretsmanager.PutSecretValueInput) int {
	text, err := a.paramFile(*in.SecretString)
	if err != nil {
		return a.fail(cliUsage, "\nError parsing parameter '--secret-string': Unable to load paramfile %s: %v", *in.SecretString, err)
	}
	in.SecretString = &text
	switch n := len(*in.ClientRequestToken); {
	case n == 0:
		in.ClientRequestToken = aws.String(a.service.world.UUID()) // as the SDKs do
	case n < 32:
		return a.fail(cliUsage, "\nParameter validation failed:\nInvalid length for parameter ClientRequestToken, value: %d, valid min length: 32", n)
	}
	call, code := a.caller()
	if code != 0 {
		return code
	}
	if err := a.authorize(call, "secretsmanager:PutSecretValue", *in.SecretId); err != nil {
		return a.refused("PutSecretValue", err)
	}
	out, err := a.service.deps.Secrets.PutSecretValue(call, in)
	if err != nil {
		return a.refused("PutSecretValue", err)
	}
	return a.print(map[string]any{"ARN": out.ARN, "Name": out.Name, "VersionId": out.VersionId, "VersionStages": out.VersionStages})
}

// authorize asks the policies of the task's role about a secret, by its whole ARN where it
// exists.
func (a *awsCLI) authorize(call *core.Call, action, secret string) error {
	t := a.container.task
	arn := secret
	if found, err := a.service.deps.Secrets.DescribeSecret(call, &secretsmanager.DescribeSecretInput{SecretId: &secret}); err == nil {
		arn = aws.ToString(found.ARN)
	} else if !strings.HasPrefix(secret, "arn:") {
		arn = call.ARN("secretsmanager", "secret:"+secret)
	}
	role := aws.ToString(t.revision.definition.TaskRoleArn)
	if a.service.deps.IAM.Allows(call.Account, role, action, arn) {
		return nil
	}
	return core.Errorf("AccessDeniedException", "User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
		call.Principal, action, arn, action)
}

// callerIdentity needs no permission.
func (a *awsCLI) callerIdentity() int {
	call, code := a.caller()
	if code != 0 {
		return code
	}
	return a.print(map[string]any{"UserId": "AROASIMULATED:" + a.container.task.id, "Account": call.Account, "Arn": call.Principal})
}

// paramFile is a parameter's value: that of a file where it begins with "file://".
func (a *awsCLI) paramFile(text string) (string, error) {
	name, isFile := strings.CutPrefix(text, "file://")
	if !isFile {
		return text, nil
	}
	data, ok := a.files.read(a.path(name))
	if !ok {
		return "", fmt.Errorf("[Errno 2] No such file or directory: '%s'", name)
	}
	return string(data), nil
}

// refused prints an error of AWS.
func (a *awsCLI) refused(operation string, err error) int {
	var refusal *core.Error
	if !errors.As(err, &refusal) {
		refusal = core.Errorf("InternalFailure", "%v", err)
	}
	return a.fail(cliRefused, "\nAn error occurred (%s) when calling the %s operation: %s", refusal.Code, operation, refusal.Message)
}

func (a *awsCLI) print(answer map[string]any) int {
	e := json.NewEncoder(a.stdout)
	e.SetIndent("", "    ")
	if err := e.Encode(answer); err != nil {
		return a.fail(cliConfig, "%v", err)
	}
	return 0
}
