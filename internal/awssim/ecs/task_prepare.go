package ecs

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/efs"
)

// fetchSecrets puts the secrets of all containers into their environment, with the
// permissions of the execution role.
func (s *Service) fetchSecrets(t *task) error {
	for _, c := range t.containers {
		for _, secret := range c.definition.Secrets {
			from := aws.ToString(secret.ValueFrom)
			value, err := s.fetchSecret(t, from)
			if err != nil {
				return fmt.Errorf("unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret %s from secrets manager: %w", from, err)
			}
			c.env[aws.ToString(secret.Name)] = value
		}
	}
	return nil
}

func (s *Service) fetchSecret(t *task, from string) (string, error) {
	role := aws.ToString(t.revision.definition.ExecutionRoleArn)
	arn := secretARN(t.region.scope, from)
	if !s.deps.IAM.Allows(t.region.scope.Account, role, "secretsmanager:GetSecretValue", arn) {
		return "", notAllowed(t, role, "secretsmanager:GetSecretValue", arn)
	}
	return s.deps.Secrets.Value(t.region.scope, from)
}

// secretARN is the ARN of the secret that valueFrom refers to, without the JSON key
// and version that may follow it.
func secretARN(sc core.Scope, valueFrom string) string {
	if !strings.HasPrefix(valueFrom, "arn:") {
		name, _, _ := strings.Cut(valueFrom, ":")
		return sc.ARN("secretsmanager", "secret:"+name)
	}
	parts := strings.Split(valueFrom, ":")
	return strings.Join(parts[:min(len(parts), 7)], ":")
}

// notAllowed is what AWS says to a task whose role lacks a permission.
func notAllowed(t *task, role, action, resource string) error {
	return fmt.Errorf("AccessDeniedException: User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action", sessionOf(t, role), action, resource, action)
}

// sessionOf is the ARN of a task that has assumed a role.
func sessionOf(t *task, role string) string {
	sc := t.region.scope
	return "arn:" + sc.Partition() + ":sts::" + sc.Account + ":assumed-role/" + lastSegment(role) + "/" + t.id
}

// checkLogging makes sure that the log groups exist and may be written to.
func (s *Service) checkLogging(t *task) error {
	for _, c := range t.containers {
		if !usesAWSLogs(c.definition) {
			continue
		}
		if err := s.checkLogGroup(t, c.definition.LogConfiguration.Options); err != nil {
			return fmt.Errorf("failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: %w : exit status 1", err)
		}
	}
	return nil
}

func (s *Service) checkLogGroup(t *task, options map[string]string) error {
	group, role := options["awslogs-group"], aws.ToString(t.revision.definition.ExecutionRoleArn)
	sc := core.Scope{Account: t.region.scope.Account, Region: options["awslogs-region"]}
	arn := sc.ARN("logs", "log-group:"+group)
	if !s.deps.Logs.GroupExists(sc, group) && options["awslogs-create-group"] == "true" {
		if !s.deps.IAM.Allows(sc.Account, role, "logs:CreateLogGroup", arn) {
			return notAllowed(t, role, "logs:CreateLogGroup", arn)
		}
		call := &core.Call{Scope: sc, Service: "logs", Operation: "CreateLogGroup", Principal: role}
		if _, err := s.deps.Logs.CreateLogGroup(call, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(group)}); err != nil {
			return err
		}
	}
	if !s.deps.Logs.GroupExists(sc, group) {
		return errors.New("ResourceNotFoundException: The specified log group does not exist.") //nolint:staticcheck // the sentence is ECS's
	}
	stream := arn + ":log-stream:*"
	if !s.deps.IAM.Allows(sc.Account, role, "logs:CreateLogStream", stream) {
		return notAllowed(t, role, "logs:CreateLogStream", stream)
	}
	return nil
}

// mountVolumes mounts the EFS volumes that containers use, and gives each container
// its file system. An empty volume of the task belongs to root.
func (s *Service) mountVolumes(t *task) error {
	mounted, scratches := map[string]efs.Directory{}, map[string]bool{}
	for _, v := range t.revision.definition.Volumes {
		name := aws.ToString(v.Name)
		if v.EfsVolumeConfiguration == nil {
			mounted[name], scratches[name] = newScratch(), true
			continue
		}
		dir, err := s.deps.EFS.Mount(t.region.scope, mountOf(t, v.EfsVolumeConfiguration))
		if err != nil {
			return err
		}
		mounted[name] = dir
	}
	for _, c := range t.containers {
		for _, m := range c.definition.MountPoints {
			volume := aws.ToString(m.SourceVolume)
			c.files.mount(mountPoint{
				path: aws.ToString(m.ContainerPath), dir: mounted[volume], readOnly: aws.ToBool(m.ReadOnly),
				denied: scratches[volume] && !c.isRoot(),
			})
		}
	}
	return nil
}

func mountOf(t *task, e *types.EFSVolumeConfiguration) efs.Mount {
	m := efs.Mount{
		FileSystem: aws.ToString(e.FileSystemId), RootDirectory: aws.ToString(e.RootDirectory),
		ENI: t.eni.ID, Zone: t.zone(), TransitEncryption: e.TransitEncryption == types.EFSTransitEncryptionEnabled,
	}
	if e.AuthorizationConfig != nil {
		m.AccessPoint = aws.ToString(e.AuthorizationConfig.AccessPointId)
		m.IAM = e.AuthorizationConfig.Iam == types.EFSAuthorizationConfigIAMEnabled
	}
	return m
}
