package secretsmanager

import (
	"errors"
	"fmt"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

var here = core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}

// world is a simulated AWS to test against.
type world struct {
	*testing.T
	*core.World
	*Service
	call *core.Call
}

func inWorld(t *testing.T, fn func(w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := core.NewWorld(clock.Real{}, 1)
		defer w.Close()
		fn(&world{T: t, World: w, Service: New(w), call: &core.Call{Scope: here}})
	})
}

// Inventory lists what there is, with the world locked.
func (w *world) Inventory() (list []core.Resource) {
	w.Do(func() { list = w.Service.Inventory() })
	return list
}

// do runs an operation with the world locked.
func do[In, Out any](w *world, operation func(*core.Call, In) (Out, error), in In) (out Out, err error) {
	w.Helper()
	w.Do(func() { out, err = operation(w.call, in) })
	return out, err
}

// must is do for an operation that has to succeed.
func must[In, Out any](w *world, operation func(*core.Call, In) (Out, error), in In) Out {
	w.Helper()
	out, err := do(w, operation, in)
	if err != nil {
		w.Fatal(err)
	}
	return out
}

// wantError fails the test unless err has the code and the message; an empty code
// means no error, an empty message any.
func (w *world) wantError(err error, code, message string) {
	w.Helper()
	if code == "" && err == nil {
		return
	}
	var refused *core.Error
	if !errors.As(err, &refused) || refused.Code != code || message != "" && refused.Message != message {
		w.Errorf("error = %v, want %s: %s", err, code, message)
	}
}

// token returns the n-th request token.
func token(n int) *string { return aws.String(fmt.Sprintf("00000000-0000-4000-a000-%012d", n)) }

func createInput(name, text string, n int) *sdk.CreateSecretInput {
	return &sdk.CreateSecretInput{Name: &name, SecretString: &text, ClientRequestToken: token(n)}
}

func (w *world) value(id string) (text, version string) {
	w.Helper()
	out := must(w, w.GetSecretValue, &sdk.GetSecretValueInput{SecretId: &id})
	return *out.SecretString, *out.VersionId
}

func TestASecretIsFoundByNameByARNAndByPartOfItsARN(t *testing.T) {
	inWorld(t, func(w *world) {
		out := must(w, w.CreateSecret, createInput("flex/registration", "content", 1))
		if !regexp.MustCompile(`^arn:aws:secretsmanager:us-east-1:123456789012:secret:flex/registration-[A-Za-z0-9]{6}$`).MatchString(*out.ARN) {
			t.Errorf("ARN = %s", *out.ARN)
		}
		for _, id := range []string{"flex/registration", *out.ARN, (*out.ARN)[:len(*out.ARN)-7]} {
			if text, version := w.value(id); text != "content" || version != *token(1) {
				t.Errorf("the value of %s = %q, version %s", id, text, version)
			}
		}
		for _, id := range []string{"flex", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:flex/registration"} {
			_, err := do(w, w.GetSecretValue, &sdk.GetSecretValueInput{SecretId: &id})
			w.wantError(err, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
		}
	})
}

func TestCreateSecretIsIdempotentWithItsToken(t *testing.T) {
	inWorld(t, func(w *world) {
		first := must(w, w.CreateSecret, createInput("a", "1", 1))
		again := must(w, w.CreateSecret, createInput("a", "1", 1))
		if *first.ARN != *again.ARN || *first.VersionId != *again.VersionId {
			t.Errorf("the second answer is %s %s, want %s %s", *again.ARN, *again.VersionId, *first.ARN, *first.VersionId)
		}
		for _, other := range []*sdk.CreateSecretInput{createInput("a", "1", 2), createInput("a", "2", 1)} {
			_, err := do(w, w.CreateSecret, other)
			w.wantError(err, "ResourceExistsException", "The operation failed because the secret a already exists.")
		}
	})
}

func TestImpossibleSecretsAreRefused(t *testing.T) {
	inWorld(t, func(w *world) {
		tests := []struct {
			name, code string
			change     func(*sdk.CreateSecretInput)
		}{
			{"a name with a space", "ValidationException", func(in *sdk.CreateSecretInput) { in.Name = aws.String("a b") }},
			{"text and bytes", "InvalidParameterException", func(in *sdk.CreateSecretInput) { in.SecretBinary = []byte{1} }},
			{"a value without a token", "InvalidRequestException", func(in *sdk.CreateSecretInput) { in.ClientRequestToken = nil }},
			{"64 KiB and a byte", "InvalidParameterException", func(in *sdk.CreateSecretInput) { in.SecretString = aws.String(string(make([]byte, 65_537))) }},
			{"a tag of AWS", "InvalidParameterException", func(in *sdk.CreateSecretInput) { in.Tags = []types.Tag{{Key: aws.String("aws:a")}} }},
			{"a replica", "NotImplemented", func(in *sdk.CreateSecretInput) { in.AddReplicaRegions = []types.ReplicaRegionType{{}} }},
		}
		for _, test := range tests {
			t.Log(test.name)
			in := createInput("a", "1", 1)
			test.change(in)
			_, err := do(w, w.CreateSecret, in)
			w.wantError(err, test.code, "")
		}
		if list := w.Inventory(); len(list) != 0 {
			t.Errorf("inventory = %v, want nothing", list)
		}
	})
}

func TestANewValueMovesTheStagingLabels(t *testing.T) {
	inWorld(t, func(w *world) {
		must(w, w.CreateSecret, createInput("a", "1", 1))
		put := func(text string, n int, stages ...string) error {
			_, err := do(w, w.PutSecretValue, &sdk.PutSecretValueInput{SecretId: aws.String("a"), SecretString: &text, ClientRequestToken: token(n), VersionStages: stages})
			return err
		}
		w.wantError(put("2", 2), "", "")
		w.wantError(put("2", 2), "", "") // the same again changes nothing
		w.wantError(put("other", 2), "ResourceExistsException", "")
		w.wantError(put("3", 3), "", "")
		w.wantError(put("4", 4, "PENDING"), "", "")
		want := map[string][]string{*token(3): {"AWSCURRENT"}, *token(2): {"AWSPREVIOUS"}, *token(4): {"PENDING"}}
		got := must(w, w.DescribeSecret, &sdk.DescribeSecretInput{SecretId: aws.String("a")}).VersionIdsToStages
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("versions and labels (-want +got):\n%s", diff)
		}
		labelled := must(w, w.ListSecretVersionIds, &sdk.ListSecretVersionIdsInput{SecretId: aws.String("a")})
		all := must(w, w.ListSecretVersionIds, &sdk.ListSecretVersionIdsInput{SecretId: aws.String("a"), IncludeDeprecated: aws.Bool(true)})
		if len(labelled.Versions) != 3 || len(all.Versions) != 4 {
			t.Errorf("%d labelled of %d versions, want 3 of 4", len(labelled.Versions), len(all.Versions))
		}
	})
}

func TestAValueIsReadByVersionOrByLabel(t *testing.T) {
	inWorld(t, func(w *world) {
		must(w, w.CreateSecret, createInput("a", "1", 1))
		must(w, w.UpdateSecret, &sdk.UpdateSecretInput{SecretId: aws.String("a"), SecretString: aws.String("2"), ClientRequestToken: token(2)})
		must(w, w.CreateSecret, &sdk.CreateSecretInput{Name: aws.String("empty")})
		tests := []struct {
			secret         string
			version, stage *string
			want, code     string
		}{
			{"a", nil, nil, "2", ""},
			{"a", nil, aws.String("AWSPREVIOUS"), "1", ""},
			{"a", token(1), nil, "1", ""},
			{"a", token(1), aws.String("AWSCURRENT"), "", "InvalidRequestException"},
			{"a", token(9), nil, "", "ResourceNotFoundException"},
			{"a", nil, aws.String("PENDING"), "", "ResourceNotFoundException"},
			{"empty", nil, nil, "", "ResourceNotFoundException"},
		}
		for _, test := range tests {
			out, err := do(w, w.GetSecretValue, &sdk.GetSecretValueInput{SecretId: &test.secret, VersionId: test.version, VersionStage: test.stage})
			w.wantError(err, test.code, "")
			if err == nil && *out.SecretString != test.want {
				t.Errorf("value = %s, want %s", *out.SecretString, test.want)
			}
		}
	})
}

func TestADeletedSecretKeepsItsNameForTheRecoveryWindow(t *testing.T) {
	inWorld(t, func(w *world) {
		must(w, w.CreateSecret, createInput("a", "1", 1))
		out := must(w, w.DeleteSecret, &sdk.DeleteSecretInput{SecretId: aws.String("a"), RecoveryWindowInDays: aws.Int64(7)})
		if want := time.Now().Add(7 * 24 * time.Hour); !out.DeletionDate.Equal(want) {
			t.Errorf("deletion date = %v, want %v", out.DeletionDate, want)
		}
		_, create := do(w, w.CreateSecret, createInput("a", "1", 1))
		w.wantError(create, "InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.")
		_, get := do(w, w.GetSecretValue, &sdk.GetSecretValueInput{SecretId: aws.String("a")})
		w.wantError(get, "InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.")
		if must(w, w.DescribeSecret, &sdk.DescribeSecretInput{SecretId: aws.String("a")}).DeletedDate == nil || len(w.Inventory()) != 0 {
			t.Error("the secret is not described as deleted, or is in the inventory")
		}
		time.Sleep(7*24*time.Hour + time.Second)
		must(w, w.CreateSecret, createInput("a", "1", 1))
	})
}

func TestRestoreSecretCancelsTheDeletion(t *testing.T) {
	inWorld(t, func(w *world) {
		must(w, w.CreateSecret, createInput("a", "1", 1))
		must(w, w.DeleteSecret, &sdk.DeleteSecretInput{SecretId: aws.String("a")})
		must(w, w.RestoreSecret, &sdk.RestoreSecretInput{SecretId: aws.String("a")})
		time.Sleep(31 * 24 * time.Hour)
		if text, _ := w.value("a"); text != "1" {
			t.Errorf("value = %s, want 1", text)
		}
	})
}

func TestAForcedDeletionFreesTheNameAfterSeconds(t *testing.T) {
	inWorld(t, func(w *world) {
		force := func(name string) *sdk.DeleteSecretInput {
			return &sdk.DeleteSecretInput{SecretId: &name, ForceDeleteWithoutRecovery: aws.Bool(true)}
		}
		must(w, w.CreateSecret, createInput("a", "1", 1))
		must(w, w.DeleteSecret, &sdk.DeleteSecretInput{SecretId: aws.String("a")})
		must(w, w.DeleteSecret, force("a")) // works on one that is scheduled already
		_, err := do(w, w.RestoreSecret, &sdk.RestoreSecretInput{SecretId: aws.String("a")})
		w.wantError(err, "ResourceNotFoundException", "")
		_, err = do(w, w.CreateSecret, createInput("a", "2", 2))
		w.wantError(err, "InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.")
		time.Sleep(2 * time.Second)
		must(w, w.CreateSecret, createInput("a", "2", 2))
		must(w, w.DeleteSecret, force("absent"))
		time.Sleep(31 * 24 * time.Hour)
		if text, _ := w.value("a"); text != "2" {
			t.Errorf("the new secret = %s, want 2", text)
		}
	})
}

func TestImpossibleDeletionsAreRefused(t *testing.T) {
	inWorld(t, func(w *world) {
		must(w, w.CreateSecret, createInput("a", "1", 1))
		tests := []struct {
			in   sdk.DeleteSecretInput
			code string
		}{
			{sdk.DeleteSecretInput{RecoveryWindowInDays: aws.Int64(6)}, "InvalidParameterException"},
			{sdk.DeleteSecretInput{RecoveryWindowInDays: aws.Int64(31)}, "InvalidParameterException"},
			{sdk.DeleteSecretInput{RecoveryWindowInDays: aws.Int64(7), ForceDeleteWithoutRecovery: aws.Bool(true)}, "InvalidParameterException"},
			{sdk.DeleteSecretInput{SecretId: aws.String("absent")}, "ResourceNotFoundException"},
		}
		for _, test := range tests {
			if test.in.SecretId == nil {
				test.in.SecretId = aws.String("a")
			}
			_, err := do(w, w.DeleteSecret, &test.in)
			w.wantError(err, test.code, "")
		}
	})
}

func TestSecretsAreListedThroughFiltersAndInPages(t *testing.T) {
	inWorld(t, func(w *world) {
		for i, name := range []string{"flex/a", "flex/b", "other", "gone"} {
			in := createInput(name, "x", i)
			in.Tags = []types.Tag{{Key: aws.String("Project"), Value: &name}}
			in.Description = aws.String("Registration of " + name)
			must(w, w.CreateSecret, in)
		}
		must(w, w.DeleteSecret, &sdk.DeleteSecretInput{SecretId: aws.String("gone")})
		filter := func(key types.FilterNameStringType, values ...string) sdk.ListSecretsInput {
			return sdk.ListSecretsInput{Filters: []types.Filter{{Key: key, Values: values}}}
		}
		tests := []struct {
			name string
			in   sdk.ListSecretsInput
			want []string
		}{
			{"all", sdk.ListSecretsInput{}, []string{"flex/a", "flex/b", "other"}},
			{"with the deleted", sdk.ListSecretsInput{IncludePlannedDeletion: aws.Bool(true)}, []string{"flex/a", "flex/b", "gone", "other"}},
			{"descending", sdk.ListSecretsInput{SortOrder: types.SortOrderTypeDesc}, []string{"other", "flex/b", "flex/a"}},
			{"in pages", sdk.ListSecretsInput{MaxResults: aws.Int32(2)}, []string{"flex/a", "flex/b", "other"}},
			{"by name", filter("name", "flex/"), []string{"flex/a", "flex/b"}},
			{"by name, case matters", filter("name", "Flex/"), nil},
			{"by two names", filter("name", "other", "flex/b"), []string{"flex/b", "other"}},
			{"by the opposite of a name", filter("name", "!flex/"), []string{"other"}},
			{"by description, case does not matter", filter("description", "registr"), []string{"flex/a", "flex/b", "other"}},
			{"by tag key", filter("tag-key", "Proj"), []string{"flex/a", "flex/b", "other"}},
			{"by tag value", filter("tag-value", "other"), []string{"other"}},
		}
		for _, test := range tests {
			var got []string
			for {
				out := must(w, w.ListSecrets, &test.in)
				for _, e := range out.SecretList {
					got = append(got, *e.Name)
				}
				if test.in.NextToken = out.NextToken; out.NextToken == nil {
					break
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
		}
		_, err := do(w, w.ListSecrets, &sdk.ListSecretsInput{NextToken: aws.String("?")})
		w.wantError(err, "InvalidNextTokenException", "")
	})
}

func TestTagsOfASecret(t *testing.T) {
	inWorld(t, func(w *world) {
		arn := *must(w, w.CreateSecret, createInput("a", "1", 1)).ARN
		tag := func(n int) error {
			in := &sdk.TagResourceInput{SecretId: aws.String("a")}
			for i := range n {
				in.Tags = append(in.Tags, types.Tag{Key: aws.String(fmt.Sprint(i)), Value: aws.String("v")})
			}
			_, err := do(w, w.TagResource, in)
			return err
		}
		w.wantError(tag(51), "InvalidParameterException", "")
		w.wantError(tag(2), "", "")
		must(w, w.UntagResource, &sdk.UntagResourceInput{SecretId: aws.String("a"), TagKeys: []string{"0", "absent"}})
		want := []core.Resource{{Service: "secretsmanager", Kind: "Secret", ID: arn, Account: here.Account, Region: here.Region, Tags: map[string]string{"1": "v"}}}
		if diff := cmp.Diff(want, w.Inventory()); diff != "" {
			t.Errorf("inventory (-want +got):\n%s", diff)
		}
	})
}

func TestValueReadsWhatATaskDefinitionNames(t *testing.T) {
	inWorld(t, func(w *world) {
		arn := *must(w, w.CreateSecret, createInput("flex/a", `{"user":"u","port":8081}`, 1)).ARN
		must(w, w.PutSecretValue, &sdk.PutSecretValueInput{SecretId: &arn, SecretString: aws.String("plain"), ClientRequestToken: token(2)})
		must(w, w.CreateSecret, &sdk.CreateSecretInput{Name: aws.String("binary"), SecretBinary: []byte{1}, ClientRequestToken: token(3)})
		must(w, w.CreateSecret, createInput("deleted", "x", 4))
		must(w, w.DeleteSecret, &sdk.DeleteSecretInput{SecretId: aws.String("deleted")})
		const failed = "unable to retrieve secret from asm: "
		fetch := func(id, cause string) string {
			return failed + "service call has been retried 1 time(s): failed to fetch secret " + id + " from secrets manager: " + cause
		}
		absent := "arn:aws:secretsmanager:us-east-1:123456789012:secret:absent"
		tests := []struct{ from, want, err string }{
			{arn, "plain", ""},
			{arn[:len(arn)-7], "plain", ""},
			{"flex/a", "plain", ""},
			{arn + ":::", "plain", ""},
			{arn + "::AWSPREVIOUS:", `{"user":"u","port":8081}`, ""},
			{arn + ":user:AWSPREVIOUS:", "u", ""},
			{arn + ":port::" + *token(1), "8081", ""},
			{arn + ":absent:AWSPREVIOUS:", "", failed + "retrieved secret from Secrets Manager did not contain json key absent"},
			{arn + ":user::", "", failed + "invalid JSON in secret " + arn + ", which a json-key needs"},
			{arn + ":user", "", failed + "unexpected ARN format with parameters when trying to retrieve ASM secret " + arn + ":user"},
			{absent, "", fetch(absent, "ResourceNotFoundException: Secrets Manager can't find the specified secret.")},
			{arn + "::PENDING:", "", fetch(arn, "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: PENDING")},
			{"deleted", "", fetch("deleted", "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.")},
			{"binary", "", fetch("binary", "the secret has a binary value, which cannot be passed to a container")},
		}
		for _, test := range tests {
			w.Do(func() {
				got, err := w.Value(here, test.from)
				if message := fmt.Sprint(err); got != test.want || err != nil && message != test.err || err == nil && test.err != "" {
					t.Errorf("Value(%s) = %q, %v, want %q, %q", test.from, got, err, test.want, test.err)
				}
			})
		}
		w.Do(func() {
			elsewhere := core.Scope{Account: here.Account, Region: "eu-west-1"}
			if got, err := w.Value(elsewhere, arn); err != nil || got != "plain" {
				t.Errorf("Value from another region = %q, %v, want plain", got, err)
			}
			if _, err := w.Value(core.Scope{Account: "210987654321", Region: here.Region}, arn); err == nil {
				t.Error("Value from another account: want an error")
			}
		})
	})
}
