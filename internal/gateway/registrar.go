package gateway

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// The one-shot task that registers the gateway. Its first container runs flexctl in the
// gateway's own image, its second one stores the file: neither image has both tools.
const (
	registrarDirectory = "/registration"
	registrarVolume    = "registration"
	registrarFile      = registrarDirectory + "/" + resource.RegistrationFileName
	clientIDVariable   = "ANYPOINT_CLIENT_ID"
	clientSecret       = "ANYPOINT_CLIENT_SECRET"
	proxyVariable      = "ANYPOINT_PROXY"
	// registeredFile is the file that is renewed; flexctl wants the new one elsewhere.
	registeredFile = "/tmp/registered.yaml"
)

// registrarEnd turns what flexctl says into exit codes, by MuleSoft's own sentences. It is
// only told apart for people: nothing is done for what it says but to wait for a person.
var registrarEnd = strings.Join([]string{
	`2>&1); then exit 0; fi`,
	`case "$said" in`,
	`*"$` + clientSecret + `"*) printf 'what flexctl said is kept back: the client secret is in it\n' ;;`,
	`*) printf '%s\n' "$said" ;;`,
	`esac`,
	`case "$said" in`,
	`*'same name already exists'*|*'409 Conflict'*) exit ` + strconv.Itoa(resource.ExitNameTaken) + ` ;;`,
	`*'file already exists'*) exit ` + strconv.Itoa(resource.ExitFileExists) + ` ;;`,
	`*'handler returned neither'*) exit ` + strconv.Itoa(resource.ExitScopesMissing) + ` ;;`,
	`*'401'*|*nauthorized*|*'invalid_client'*) exit ` + strconv.Itoa(resource.ExitCredentialsRefused) + ` ;;`,
	`esac`,
	`exit 1`,
}, "\n")

// registrarScript is the script of the first container.
func (b *builder) registrarScript(renews bool) string {
	words := []string{`--client-id="$` + clientIDVariable + `"`, `--client-secret="$` + clientSecret + `"`, "--output-directory=" + registrarDirectory}
	if b.spec.Registration.Create.HTTPSProxy != "" {
		words = append(words, `--https-proxy="$`+proxyVariable+`"`)
	}
	verb, before := "create", "set -u; umask 077\n"
	if renews {
		verb, before = "renew", before+`printf '%s' "$`+writerVariable+`" > `+registeredFile+"\n"
		words = append(words, registeredFile)
	} else {
		words = append(words, `--organization="$ANYPOINT_ORGANIZATION"`, `--environment="$ANYPOINT_ENVIRONMENT"`, `--anypoint-url="$ANYPOINT_URL"`,
			"--connected="+strconv.FormatBool(b.spec.Mode != v1alpha1.ModeLocal), `"$GATEWAY_NAME"`)
	}
	return before + "if said=$(flexctl registration " + verb + " " + strings.Join(words, " ") + " " + registrarEnd
}

// registrar is the task definition of the task that registers the gateway and, once there
// is a file, of the one that renews it (step 2.1.2).
func (b *builder) registrar(
	role, keeper *engine.Ref[resource.RoleState], logs *engine.Ref[resource.LogGroupState], credentials, identity *engine.Ref[resource.SecretState],
) resource.TaskDefinition {
	return resource.TaskDefinition{
		Common: b.common, Part: "registrar", Family: b.names.RegistrarFamily, Roles: []*engine.Ref[resource.RoleState]{role, keeper},
		Inputs: []engine.Need{
			engine.Exists(role).Older(), engine.Exists(keeper).Older(), engine.Exists(logs), engine.Settled(credentials), engine.Exists(identity),
		},
		Definition: func() (*ecs.RegisterTaskDefinitionInput, error) {
			flexctl, err := b.flexctlContainer(credentials.Value(), identity.Value())
			if err != nil {
				return nil, err
			}
			input := b.fargate(b.names.RegistrarFamily, writerCPU, writerMemory, role)
			input.TaskRoleArn = &keeper.Value().ARN
			input.Volumes = []ecstypes.Volume{{Name: aws.String(registrarVolume)}}
			input.ContainerDefinitions = []ecstypes.ContainerDefinition{flexctl, b.keeperContainer(identity.Value())}
			return input, nil
		},
	}
}

func (b *builder) flexctlContainer(credentials, identity *resource.SecretState) (ecstypes.ContainerDefinition, error) {
	plane, err := anypoint.PlaneURL(b.spec.Anypoint.ControlPlane)
	if err != nil {
		return ecstypes.ContainerDefinition{}, &engine.Problem{Reason: v1alpha1.ReasonInvalidSpec, Terminal: true, Err: err, Message: "spec.anypoint.controlPlane"}
	}
	secrets := []ecstypes.Secret{
		{Name: aws.String(clientIDVariable), ValueFrom: aws.String(credentials.ARN + ":" + clientIDMember + "::" + credentials.Version)},
		{Name: aws.String(clientSecret), ValueFrom: aws.String(credentials.ARN + ":" + clientSecretMember + "::" + credentials.Version)},
	}
	renews := identity.Version != ""
	if renews {
		secrets = append(secrets, secretVariable(writerVariable, identity))
	}
	container := ecstypes.ContainerDefinition{
		Name: aws.String(resource.RegistrarContainer), Image: &b.spec.Image, Essential: aws.Bool(false), User: aws.String("0"),
		EntryPoint: []string{"/bin/sh", "-c"}, Command: []string{b.registrarScript(renews)}, Secrets: secrets,
		MountPoints: registrarMount(), LogConfiguration: b.logging(),
	}
	for _, v := range []v1alpha1.EnvironmentVariable{
		{Name: "ANYPOINT_URL", Value: plane}, {Name: "ANYPOINT_ORGANIZATION", Value: b.spec.Anypoint.OrganizationID},
		{Name: "ANYPOINT_ENVIRONMENT", Value: b.spec.Anypoint.EnvironmentID}, {Name: "GATEWAY_NAME", Value: b.gatewayName()},
		{Name: proxyVariable, Value: b.spec.Registration.Create.HTTPSProxy},
	} {
		if v.Value != "" {
			container.Environment = append(container.Environment, ecstypes.KeyValuePair{Name: &v.Name, Value: &v.Value})
		}
	}
	return container, nil
}

// keeperContainer stores the file. Its token holds the version before, so that a command
// that the CLI repeats makes one version.
func (b *builder) keeperContainer(identity *resource.SecretState) ecstypes.ContainerDefinition {
	return ecstypes.ContainerDefinition{
		Name: aws.String(resource.KeeperContainer), Image: aws.String(b.keeperImage()), Essential: aws.Bool(true),
		DependsOn: []ecstypes.ContainerDependency{{ContainerName: aws.String(resource.RegistrarContainer), Condition: ecstypes.ContainerConditionSuccess}},
		Command: []string{
			"secretsmanager", "put-secret-value", "--region", b.in.Cloud.Region, "--secret-id", identity.ARN, "--secret-string", "file://" + registrarFile,
			"--client-request-token", resource.Token(string(b.in.Gateway.UID), "identity", identity.Version),
		},
		MountPoints: registrarMount(), LogConfiguration: b.logging(),
	}
}

// defaultKeeperImage is the default of spec.registration.create.keeperImage, for an object
// that no API server has filled in.
const defaultKeeperImage = "public.ecr.aws/aws-cli/aws-cli:2.31.0"

func (b *builder) keeperImage() string {
	if image := b.spec.Registration.Create.KeeperImage; image != "" {
		return image
	}
	return defaultKeeperImage
}

func registrarMount() []ecstypes.MountPoint {
	return []ecstypes.MountPoint{{SourceVolume: aws.String(registrarVolume), ContainerPath: aws.String(registrarDirectory), ReadOnly: aws.Bool(false)}}
}

// addRegistration adds what it takes to register the gateway, for those that the
// controller registers.
func (b *builder) addRegistration(
	role *engine.Ref[resource.RoleState], logs *engine.Ref[resource.LogGroupState], cluster *engine.Ref[resource.ClusterState],
	vpc *engine.Ref[resource.NetworkState], clients clientGroups,
) *engine.Ref[resource.RegisteredState] {
	s, create := b.stack, engine.Wanted(b.creates())
	credentials := engine.Add(s, Registration, b.credentials(), create)
	b.copied = credentials
	identity := engine.Add(s, Registration, b.identity(), create)
	keeper := engine.Add(s, Identity, b.registrarRole(), create)
	registrar := engine.Add(s, Registration, b.registrar(role, keeper, logs, credentials, identity), create)
	return engine.Add(s, Registration, b.registration(cluster, registrar, vpc, credentials, identity, clients), create)
}

// registration is the gateway's registration with the Anypoint Platform (step 2.1.2).
func (b *builder) registration(
	cluster *engine.Ref[resource.ClusterState], registrar *engine.Ref[resource.TaskDefinitionState], vpc *engine.Ref[resource.NetworkState],
	credentials, identity *engine.Ref[resource.SecretState], clients clientGroups,
) resource.Registration {
	r := resource.Registration{
		Common: b.common, File: identity, Credentials: credentials, Cluster: cluster, TaskDefinition: registrar, Network: vpc,
		SecurityGroups: clients.ids, Sources: clients.sources, AssignPublicIP: b.publicIP(), Known: resource.WasRegistered(b.in.Records),
		GatewayName: b.gatewayName(), LogGroup: b.names.LogGroup, LogPrefix: LogPrefix, Removal: b.registrationRemoval(),
		Read: func(content []byte) (resource.RegistrationContent, error) {
			return ReadRegistration(b.common.Gateway.UID, content)
		},
		Connect: b.connect, ReadCredentials: ReadCredentials, Brought: b.brought,
	}
	if r.Known {
		r.Sources = clients.order
	}
	if a := b.spec.Anypoint; a != nil {
		r.Environment = anypoint.Environment{Organization: a.OrganizationID, ID: a.EnvironmentID}
	}
	if before := b.spec.Registration.RenewBefore; before != nil && b.spec.Mode != v1alpha1.ModeLocal {
		r.RenewBefore = before.Duration
	}
	return r
}

// content is the registration file that the gateway has; nil where there is none yet.
func (b *builder) content(registered *engine.Ref[resource.RegisteredState]) *resource.RegistrationContent {
	if b.creates() {
		if state := registered.Value(); state != nil && state.Registered() {
			return &state.RegistrationContent
		}
		return nil
	}
	if content, err := b.in.Registration(); err == nil {
		return &content
	}
	return nil
}

// brought is the gateway's id in the file that the user brought; empty where there is none.
func (b *builder) brought() string {
	if b.creates() {
		return ""
	}
	if content, err := b.in.Registration(); err == nil {
		return content.AgentID
	}
	return ""
}

func (b *builder) registrarRole() resource.Role {
	return resource.RegistrarRole(b.common, b.names.RegistrarRole, b.names.IdentitySecret)
}

// executionSecrets are the secrets that ECS puts into containers.
func (b *builder) executionSecrets() []string {
	names := []string{b.names.Secret, b.names.Configuration}
	if b.creates() {
		names = slices.Concat(names, []string{b.names.CredentialsSecret, b.names.IdentitySecret})
	}
	return names
}
