package gateway

import (
	"errors"
	"strings"
	"testing"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// canary stands for a private key: no error may hold it, nor what a YAML library makes
// of its beginning.
const canary = "Q0FOQVJZLXByaXZhdGUta2V5"

// FuzzReadRegistration reads whatever someone may have put into the Secret.
func FuzzReadRegistration(f *testing.F) {
	for _, content := range []string{
		"", "\x00", "---\n---\n", "\xff\xfe", "just some text", "[", "{", "&a [*a]", "a: &a [*a, *a]", "!!binary x",
		registration, secretContent, "spec: {platformConnection: {agentId: }}", "spec: {platformConnection: {agentId: [1]}}",
		"spec: {platformConnection: }\n---\nspec: 7", "? {a: b}\n: c", "%YAML 9.9\n---\na", "a: b: c", "\t- x", "'", "<<: 1", "a: *missing",
		"kind: Secret\nspec: {tls.key: " + canary + "}", canary + ": " + canary, "spec: " + canary, "spec: {platformConnection: " + canary + "}",
		"*" + canary, "&" + canary + " a: *" + canary, "!!int " + canary, "!" + canary + " x", "%" + canary, "---\n" + canary + "\n  a: b\n c",
		strings.Repeat("[", 20_000), strings.Repeat("a: ", 1_000), strings.Repeat("x", longestRegistration+1),
	} {
		f.Add([]byte(content))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, with := range []string{string(content), string(content) + "\nkey: " + canary, "key: " + canary + "\n" + string(content)} {
			check(t, with)
		}
	})
}

// check asserts what holds for every content: it is taken unchanged, or refused for a
// reason that a person can act on and that quotes nothing.
func check(t *testing.T, content string) {
	t.Helper()
	got, err := ReadRegistration("uid", []byte(content))
	if err == nil {
		again, _ := ReadRegistration("uid", []byte(content))
		others, _ := ReadRegistration("another uid", []byte(content))
		if got.Text != content || got.AgentID == "" || len(got.Digest) != 32 || again != got || others.Digest == got.Digest {
			t.Errorf("%#v, again %#v, of another gateway %#v, or the text was changed", got, again, others)
		}
		return
	}
	var problem *engine.Problem
	if !errors.As(err, &problem) || problem.Reason != v1alpha1.ReasonRegistrationInvalid || !problem.Terminal {
		t.Errorf("%#v is no terminal problem of the registration", err)
	}
	if got != (resource.RegistrationContent{}) {
		t.Error("a refused registration is returned")
	}
	if strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), canary[:6]) {
		t.Errorf("the error quotes the content: %v", err)
	}
}
