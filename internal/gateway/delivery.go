package gateway

import (
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// onEFS is true where the registration and the documents are files, and false where they
// are a variable of the container.
func (b *builder) onEFS() bool {
	return b.spec.Registration.Delivery != v1alpha1.RegistrationDeliveryEnvironment
}

// hasDocuments is true where there are documents besides the registration.
func (b *builder) hasDocuments() bool {
	return b.in.Documents != nil && (len(b.spec.Config) > 0 || probePort(b.in.Gateway) != 0)
}

// registrationSecret is Secret/registration: what registering has given, or what the user
// brought. Where it does not become a file, the documents are in it, too.
func (b *builder) registrationSecret(registered *engine.Ref[resource.RegisteredState]) resource.Secret {
	secret := resource.Secret{Common: b.common, Part: resource.PartRegistration, Name: b.names.Secret}
	read := b.in.Registration
	switch {
	case b.creates():
		secret.Sources = []engine.Need{engine.Seen(registered).If(func() bool { return registered.Value().Registered() })}
		read = func() (resource.RegistrationContent, error) { return registered.Value().RegistrationContent, nil }
	case b.isDeleted():
		secret.Sources = []engine.Need{engine.After(registered)} // one that is left over goes after what may use it
	}
	secret.Content = func() (string, string, error) {
		registration, err := read()
		if err == nil && b.hasDocuments() && !b.onEFS() {
			return b.variable(registration)
		}
		return registration.Text, registration.Digest, err
	}
	return secret
}

// variable is the content of FLEX_CONFIG.
func (b *builder) variable(registration resource.RegistrationContent) (content, digest string, err error) {
	documents, ofDocuments, err := b.in.Documents()
	if err != nil {
		return "", "", err
	}
	content, err = withDocuments(registration.Text, documents)
	return content, registration.Digest + "+" + ofDocuments, err
}

// documents are the secret that becomes the file beside the registration's.
func (b *builder) documents() (resource.Secret, engine.Option) {
	secret := resource.Secret{Common: b.common, Part: resource.PartConfiguration, Name: b.names.Configuration, Content: b.in.Documents}
	return secret, engine.Wanted(b.hasFile())
}

// hasFile is true where the documents are a file.
func (b *builder) hasFile() bool { return b.hasDocuments() && b.onEFS() }

// delivered are the secrets that become files.
type delivered struct {
	registration *engine.Ref[resource.SecretState]
	documents    *engine.Ref[resource.SecretState] // nil where there are none
	// renewed is true where the controller renews the registration: the file before is kept
	// beside it. One that the user brought, the user has.
	renewed bool
}

// secrets adds them to the stack.
func (b *builder) secrets(registered *engine.Ref[resource.RegisteredState]) delivered {
	d := delivered{registration: engine.Add(b.stack, Registration, b.registrationSecret(registered))}
	secret, wanted := b.documents()
	if documents := engine.Add(b.stack, Registration, secret, wanted); b.hasFile() {
		d.documents = documents
	}
	d.renewed = b.creates()
	return d
}

func (d delivered) needs() []engine.Need {
	needs := []engine.Need{engine.Settled(d.registration)}
	if d.documents != nil {
		needs = append(needs, engine.Settled(d.documents))
	}
	return needs
}

// registrationFile is written after the target groups' checks have changed: the documents
// may take the probe away that the load balancer asks.
func (b *builder) registrationFile(
	cluster *engine.Ref[resource.ClusterState], writer *engine.Ref[resource.TaskDefinitionState],
	directory *engine.Ref[resource.AccessPointState], mounts *engine.Ref[resource.MountTargetsState],
	vpc *engine.Ref[resource.NetworkState], secrets delivered, clients clientGroups, groups targetGroups,
) resource.RegistrationFile {
	return resource.RegistrationFile{
		Common: b.common, Cluster: cluster, TaskDefinition: writer, AccessPoint: directory, MountTargets: mounts,
		Network: vpc, Secret: secrets.registration, Documents: secrets.documents, After: groups.needs(),
		SecurityGroups: clients.ids, AssignPublicIP: b.publicIP(),
	}
}

// writerCommand is what the one-shot task runs. Each file is put in place at once, so that
// no gateway reads half of one.
func (d delivered) writerCommand() string {
	write := writerStart + writerRegistration
	if d.renewed {
		write = writerStart + writerPrevious + writerRegistration
	}
	if d.documents != nil {
		return write + "; " + writerConfiguration
	}
	return write + "; rm -f " + writerDirectory + "/" + resource.ConfigurationFileName
}

// variables are those in which the task gets the secrets.
func (d delivered) variables() []ecstypes.Secret {
	variables := []ecstypes.Secret{secretVariable(writerVariable, d.registration.Value())}
	if d.documents != nil {
		variables = append(variables, secretVariable(writerDocuments, d.documents.Value()))
	}
	return variables
}
