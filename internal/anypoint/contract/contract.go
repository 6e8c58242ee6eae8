// Package contract holds requests and answers against internal/anypoint/openapi.yaml. It
// is for tests: of the client, of the simulated platform, and of both together.
package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"flexgw.io/controller/internal/anypoint"
)

// Contract is the description, ready to judge.
type Contract struct {
	description *openapi3.T
	router      routers.Router
}

// Load reads the description, which must be valid itself.
func Load() (*Contract, error) {
	loader := openapi3.NewLoader()
	description, err := loader.LoadFromData(anypoint.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	if err := description.Validate(loader.Context); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	description.Servers = nil // tests listen elsewhere
	router, err := legacy.NewRouter(description)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	return &Contract{description: description, router: router}, nil
}

// Operations are the names of all operations.
func (c *Contract) Operations() []string {
	var names []string
	for _, item := range c.description.Paths.Map() {
		for _, operation := range item.Operations() {
			names = append(names, operation.OperationID)
		}
	}
	return names
}

// Exchange is one request with its answer.
type Exchange struct {
	Request     *http.Request
	RequestBody []byte
	Status      int
	Header      http.Header
	Body        []byte
}

// Check says which operation an exchange is of, and what is wrong with it.
func (c *Contract) Check(ctx context.Context, e Exchange) (operation string, err error) {
	request := e.Request.Clone(ctx)
	request.Body = io.NopCloser(bytes.NewReader(e.RequestBody))
	route, parameters, err := c.router.FindRoute(request)
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", request.Method, request.URL.Path, err)
	}
	operation = route.Operation.OperationID
	options := &openapi3filter.Options{AuthenticationFunc: hasToken, IncludeResponseStatus: true}
	input := &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(ctx, input); err != nil {
		return operation, fmt.Errorf("%s: request: %w", operation, err)
	}
	if len(e.Body) == 0 && isBodiless(route.Operation, e.Status) {
		return operation, nil
	}
	output := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: e.Status, Header: e.Header, Options: options}
	output.SetBodyBytes(e.Body)
	if err := openapi3filter.ValidateResponse(ctx, output); err != nil {
		return operation, fmt.Errorf("%s: answer: %w", operation, err)
	}
	return operation, nil
}

// isBodiless is true where an answer may be empty: every error, and every success that is
// described without content.
func isBodiless(operation *openapi3.Operation, status int) bool {
	described := operation.Responses.Status(status)
	if described == nil || described.Value == nil {
		return status >= http.StatusBadRequest
	}
	return len(described.Value.Content) == 0
}

// errNoToken says that a request that needs a token has none.
var errNoToken = errors.New("the request has no bearer token")

func hasToken(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	header := input.RequestValidationInput.Request.Header.Get("Authorization")
	if token, ok := strings.CutPrefix(header, "Bearer "); ok && token != "" {
		return nil
	}
	return errNoToken
}
