package resource

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// Secret carries what is secret to the containers through Secrets Manager: the
// registration file, the documents of the configuration, the credentials with which the
// gateway is registered. A tag holds the digest of the content and the id of the version
// that was written with it, so that the content never has to be read back to see whether
// it is current.
type Secret struct {
	Common
	// Part tells the gateway's secrets apart, such as PartRegistration.
	Part string
	// Name is the secret's name in AWS.
	Name string
	// Sources are what Content is made from.
	Sources []engine.Need
	// Content returns the content and its digest, or an error where there is none. The
	// content never leaves this resource but to Secrets Manager. Nil is for a secret that
	// others fill: it is made empty.
	Content func() (content, digest string, err error)
	// Keep leaves the secret, if there is anything in it, where it is when it is no longer
	// wanted; the text says why.
	Keep string
}

// The parts that secrets play.
const (
	PartRegistration  = "registration"
	PartConfiguration = "configuration"
	PartCredentials   = "credentials"
	PartIdentity      = "identity"
)

// SecretWish is the secret that should be there.
type SecretWish struct {
	content *string // nil where others fill it
	// Digest is the digest of the wanted content.
	Digest string
	Tags   map[string]string
}

// SecretState is the secret that is there.
type SecretState struct {
	ARN string
	// Version is the id of the current version.
	Version string
	// Digest is the digest of the current version's content; empty where someone else
	// wrote it.
	Digest string
	// Deleted is true while Secrets Manager keeps a deleted secret for a while.
	Deleted bool
	Tags    map[string]string

	recorded bool
}

// Identity is Secret/part.
func (s Secret) Identity() engine.Identity { return engine.Identity{Kind: "Secret", Name: s.Part} }

// Needs what its content is made from.
func (s Secret) Needs() []engine.Need { return s.Sources }

// Volatile where others fill it: what is made from it follows at once.
func (s Secret) Volatile() bool { return s.Content == nil }

// CreatesFirst: Secrets Manager refuses a second secret of the same name.
func (s Secret) CreatesFirst() bool { return true }

// Wish is the secret with the current content.
func (s Secret) Wish() (SecretWish, error) {
	wish := SecretWish{Tags: s.tags(s.Part, s.Name)}
	if s.Content == nil {
		return wish, nil
	}
	content, digest, err := s.Content()
	wish.content, wish.Digest = &content, digest
	return wish, err
}

// Observe reads the secret's description, never its content.
func (s Secret) Observe(ctx context.Context, recorded engine.Record) (*SecretState, error) {
	out, err := s.Cloud.Secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &s.Name})
	if err != nil {
		return nil, gone(err)
	}
	if err := complete(s.Identity(), aws.ToString(out.ARN)); err != nil {
		return nil, err
	}
	state := &SecretState{
		ARN: aws.ToString(out.ARN), Deleted: out.DeletedDate != nil, recorded: isRecorded(recorded, aws.ToString(out.ARN)),
		Tags: awscloud.TagMap(out.Tags, func(t smtypes.Tag) (*string, *string) { return t.Key, t.Value }),
	}
	for version, stages := range out.VersionIdsToStages {
		if slices.Contains(stages, "AWSCURRENT") {
			state.Version = version
		}
	}
	if digest, version, found := strings.Cut(state.Tags[awscloud.TagContentHash], "."); found && version == state.Version {
		state.Digest = digest
	}
	return state, nil
}

// stamp is the tag that binds a digest to the version that was written with it.
func stamp(digest, version string) map[string]string {
	return map[string]string{awscloud.TagContentHash: digest + "." + version}
}

// Owner reads the tags.
func (s Secret) Owner(observed *SecretState) engine.Ownership {
	return s.ownership(observed.Tags, observed.recorded)
}

// Diff compares the version by its digest, and the tags.
func (s Secret) Diff(wish SecretWish, observed *SecretState) *compare.Delta {
	delta := compare.NewDelta()
	diff(delta, "deleted", false, observed.Deleted)
	if s.Content != nil && !strings.Contains(wish.Digest, engine.Unread) {
		diff(delta, "digest", wish.Digest, observed.Digest)
	}
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// Create makes the secret with its first version, or without any.
func (s Secret) Create(ctx context.Context, wish SecretWish) (*SecretState, error) {
	version, tags := "", wish.Tags
	input := &secretsmanager.CreateSecretInput{
		Name: &s.Name, SecretString: wish.content, Description: ptr("Flex Gateway " + s.Part + " of " + s.Gateway.String()),
	}
	if wish.content != nil {
		version = token(s.Gateway.UID, "secret", wish.Digest)
		tags = merged(wish.Tags, stamp(wish.Digest, version))
		input.ClientRequestToken = &version
	}
	input.Tags = secretTags(tags)
	out, err := s.Cloud.Secrets.CreateSecret(ctx, input)
	if err != nil {
		return nil, creating(err)
	}
	if err := complete(s.Identity(), aws.ToString(out.ARN)); err != nil {
		return nil, err
	}
	return &SecretState{ARN: aws.ToString(out.ARN), Version: version, Digest: wish.Digest, Tags: tags}, nil
}

// Update restores a deleted secret, adds a version, writes tags.
func (s Secret) Update(ctx context.Context, wish SecretWish, observed *SecretState, delta *compare.Delta) (*SecretState, error) {
	updated := *observed
	if delta.DifferentAt("deleted") {
		if _, err := s.Cloud.Secrets.RestoreSecret(ctx, &secretsmanager.RestoreSecretInput{SecretId: &observed.ARN}); err != nil {
			return nil, err
		}
		updated.Deleted = false
	}
	wanted := wish.Tags
	if delta.DifferentAt("digest") {
		// The token names the version before it, so that an earlier content that
		// comes back is a version of its own: Secrets Manager ignores a token it knows.
		version := token(s.Gateway.UID, "secret", wish.Digest, observed.Version)
		_, err := s.Cloud.Secrets.UpdateSecret(ctx, &secretsmanager.UpdateSecretInput{
			SecretId: &observed.ARN, SecretString: wish.content, ClientRequestToken: &version,
		})
		if err != nil {
			return nil, err
		}
		updated.Version, updated.Digest = version, wish.Digest
		wanted = merged(wish.Tags, stamp(wish.Digest, version))
	}
	if missing := awscloud.MissingTags(wanted, observed.Tags); len(missing) > 0 {
		if _, err := s.Cloud.Secrets.TagResource(ctx, &secretsmanager.TagResourceInput{SecretId: &observed.ARN, Tags: secretTags(missing)}); err != nil {
			return nil, err
		}
	}
	updated.Tags = merged(observed.Tags, wanted)
	return &updated, nil
}

// Delete removes the secret at once, with no recovery window: what is in it is in
// Kubernetes, or of no use to anyone any more.
func (s Secret) Delete(ctx context.Context, observed *SecretState) error {
	if s.Keep != "" && observed.Version != "" {
		if err := s.Release(ctx, observed); err != nil {
			return err
		}
		return &engine.Left{Reason: ReasonRetained, Message: s.Keep + ": " + observed.ARN}
	}
	_, err := s.Cloud.Secrets.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: &observed.ARN, ForceDeleteWithoutRecovery: ptr(true)})
	if gone(err) != nil {
		return err
	}
	return engine.WaitFor(2*time.Second, "Secrets Manager is deleting the secret")
}

// ReasonRetained is the reason of what is left on purpose.
const ReasonRetained = "Retained"

// Release takes the owner tags away.
func (s Secret) Release(ctx context.Context, observed *SecretState) error {
	_, err := s.Cloud.Secrets.UntagResource(ctx, &secretsmanager.UntagResourceInput{SecretId: &observed.ARN, TagKeys: awscloud.OwnerTagKeys()})
	return err
}

// Settled at once.
func (s Secret) Settled(*SecretState) error { return nil }

// ID is the secret's ARN.
func (s Secret) ID(observed *SecretState) string { return observed.ARN }

func secretTags(tags map[string]string) []smtypes.Tag {
	return awscloud.TagList(tags, func(k, v *string) smtypes.Tag { return smtypes.Tag{Key: k, Value: v} })
}
