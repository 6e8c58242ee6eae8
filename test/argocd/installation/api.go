package installation

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Resource is an object that an Application manages.
type Resource struct {
	Application     string
	Kind            schema.GroupVersionKind
	Namespace, Name string
}

// Action is an action as Argo CD's menu shows it.
type Action struct {
	Name     string `json:"name"`
	Disabled bool   `json:"disabled"`
}

// RefusedError says that the API server has refused.
type RefusedError struct {
	// Status is the HTTP status: 403 for what an account may not do.
	Status int
	// Message is what Argo CD says.
	Message string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("Argo CD's API server: %d: %s", e.Status, e.Message)
}

// Account is an account of Argo CD's that is logged in.
type Account struct{ api, token string }

// LogIn logs in as admin, with the password that Argo CD makes when it is installed.
func (i *Installation) LogIn(ctx context.Context) (*Account, error) {
	encoded, err := i.Kubectl(ctx, "get", "secret", "argocd-initial-admin-secret", "-o", "jsonpath={.data.password}")
	if err != nil {
		return nil, err
	}
	password, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}
	admin := &Account{api: i.api}
	admin.token, err = admin.tokenFrom(ctx, "/api/v1/session", map[string]any{"username": "admin", "password": string(password)})
	return admin, err
}

// As is another account, for which this one makes a token.
func (a *Account) As(ctx context.Context, name string) (*Account, error) {
	token, err := a.tokenFrom(ctx, "/api/v1/account/"+name+"/token", map[string]any{"name": name})
	return &Account{api: a.api, token: token}, err
}

func (a *Account) tokenFrom(ctx context.Context, path string, body map[string]any) (string, error) {
	var answer struct {
		Token string `json:"token"`
	}
	err := a.call(ctx, http.MethodPost, path, body, &answer)
	return answer.Token, err
}

// Actions are the actions of a resource.
func (a *Account) Actions(ctx context.Context, r Resource) ([]Action, error) {
	query := url.Values{
		"namespace": {r.Namespace}, "resourceName": {r.Name},
		"group": {r.Kind.Group}, "version": {r.Kind.Version}, "kind": {r.Kind.Kind},
	}
	var answer struct {
		Actions []Action `json:"actions"`
	}
	err := a.call(ctx, http.MethodGet, "/api/v1/applications/"+r.Application+"/resource/actions?"+query.Encode(), nil, &answer)
	return answer.Actions, err
}

// Health is what Argo CD's page shows of a resource: its health, and why.
func (a *Account) Health(ctx context.Context, r Resource) (status, message string, err error) {
	var answer struct {
		Nodes []struct {
			Kind, Namespace, Name string
			Health                struct{ Status, Message string }
		}
	}
	err = a.call(ctx, http.MethodGet, "/api/v1/applications/"+r.Application+"/resource-tree", nil, &answer)
	for _, node := range answer.Nodes {
		if node.Kind == r.Kind.Kind && node.Namespace == r.Namespace && node.Name == r.Name {
			return node.Health.Status, node.Health.Message, err
		}
	}
	return "", "", err
}

// Run runs an action, as "argocd app actions run" does.
func (a *Account) Run(ctx context.Context, r Resource, action string) error {
	return a.call(ctx, http.MethodPost, "/api/v1/applications/"+r.Application+"/resource/actions/v2", map[string]any{
		"namespace": r.Namespace, "resourceName": r.Name,
		"group": r.Kind.Group, "version": r.Kind.Version, "kind": r.Kind.Kind, "action": action,
	}, nil)
}

// call makes a call; the answer goes into out where that is not nil.
func (a *Account) call(ctx context.Context, method, path string, body map[string]any, out any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, a.api+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if a.token != "" {
		request.Header.Set("Authorization", "Bearer "+a.token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		var said struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(content, &said) != nil {
			said.Message = string(content)
		}
		return &RefusedError{Status: answer.StatusCode, Message: said.Message}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(content, out)
}
