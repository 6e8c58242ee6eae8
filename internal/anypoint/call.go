package anypoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// The operations, as they stand in errors and metrics; openapi.yaml has the same names.
const (
	OperationToken             = "GetToken"
	OperationListGateways      = "ListGateways"
	OperationGetGateway        = "GetGateway"
	OperationListReplicas      = "ListReplicas"
	OperationDeleteGateway     = "DeleteGateway"
	OperationGetAsset          = "GetAsset"
	OperationPublishAsset      = "PublishAsset"
	OperationDeleteAsset       = "DeleteAsset"
	OperationFindAPIInstances  = "FindAPIInstances"
	OperationGetAPIInstance    = "GetAPIInstance"
	OperationCreateAPIInstance = "CreateAPIInstance"
	OperationUpdateAPIInstance = "UpdateAPIInstance"
	OperationDeleteAPIInstance = "DeleteAPIInstance"
)

// longestBody is how much of an answer is read: 4 MiB. A page of 100 gateways has 60 KB.
const longestBody = 4 << 20

// call is one request.
type call struct {
	operation string
	method    string
	env       *Environment // of an operation within one; its ids are sent as headers too
	path      []string     // the elements, unescaped
	query     url.Values
	header    http.Header
	body      any   // becomes JSON, unless it is a *form
	out       any   // is filled from JSON; nil where the answer does not matter
	form      *form // a multipart body, instead of body
}

// do makes a call with a token. A token that is refused is replaced once: it may have
// been revoked, or the clocks disagree.
func (s *session) do(ctx context.Context, c call) error {
	value, err := s.accessToken(ctx)
	if err != nil {
		return err
	}
	err = s.send(ctx, c, value)
	if KindOf(err) != KindCredentials {
		return err
	}
	s.forgetToken(value)
	if value, err = s.accessToken(ctx); err != nil {
		return err
	}
	return s.send(ctx, c, value)
}

// send makes a call; an idempotent one that meets a connection that breaks is repeated
// once, as a keep-alive connection may have been closed at that moment.
func (s *session) send(ctx context.Context, c call, token string) error {
	err := s.attempt(ctx, c, token)
	if c.method == http.MethodGet && isBroken(err) && ctx.Err() == nil {
		return s.attempt(ctx, c, token)
	}
	return err
}

// isBroken is true where the other side has closed the connection before it answered.
func isBroken(err error) bool {
	return KindOf(err) == KindUnreachable &&
		(errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF))
}

// attempt waits for its turn, makes the call within the time limit, and counts it.
func (s *session) attempt(ctx context.Context, c call, token string) error {
	service := serviceOf(c.path)
	if err := s.turn(ctx, c.operation, service); err != nil {
		return err
	}
	done := s.metrics.start(c.operation)
	within, cancel := context.WithTimeout(ctx, s.patience(ctx))
	defer cancel()
	err := s.exchange(within, c, token)
	if ctx.Err() != nil && isKind(err, KindUnreachable) {
		err = fmt.Errorf("anypoint: %s: %w", c.operation, ctx.Err()) // the caller gave up, Anypoint did not fail
	}
	s.quiet.heard(service, err, s.clock.Now())
	done(err)
	return err
}

// patience is how long a call may take.
func (s *session) patience(ctx context.Context) time.Duration {
	if s.quiet.isDoubtful(s.clock.Now()) && !asksAnyway(ctx) {
		return min(s.timeout, doubtful)
	}
	return s.timeout
}

// serviceOf is the service that a path leads to.
func serviceOf(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return path[0]
}

// exchange sends the request and reads the answer.
func (s *session) exchange(ctx context.Context, c call, token string) error {
	request, err := s.request(ctx, c, token)
	if err != nil {
		return err
	}
	response, err := s.http.Do(request)
	if err != nil {
		return &Error{Kind: KindUnreachable, Operation: c.operation, Message: noAnswer, Err: cause(err)}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, longestBody+1))
	if err != nil && ctx.Err() != nil {
		return &Error{Kind: KindUnreachable, Operation: c.operation, Status: response.StatusCode, Message: "the answer does not end in time", Err: ctx.Err()}
	}
	a := answer{call: c, response: response, body: body, broken: err, hide: []string{s.by.ClientSecret, token}}
	return s.heed(a.read())
}

// heed notes the pause that an answer asks for, on behalf of all callers of the plane.
func (s *session) heed(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Kind == KindThrottled {
		if e.RetryAfter <= 0 {
			e.RetryAfter = defaultPause
		}
		s.pause.extend(s.clock.Now().Add(e.RetryAfter))
	}
	return err
}

// request builds the HTTP request.
func (s *session) request(ctx context.Context, c call, token string) (*http.Request, error) {
	target, err := s.target(c)
	if err != nil {
		return nil, err
	}
	body, contentType, err := c.encode()
	if err != nil {
		return nil, &Error{Kind: KindInvalid, Operation: c.operation, Message: "the request cannot be written", Err: err}
	}
	request, err := http.NewRequestWithContext(ctx, c.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, &Error{Kind: KindInvalid, Operation: c.operation, Message: "the request cannot be made"}
	}
	for name, values := range c.header {
		request.Header[name] = values
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "flexgw-controller")
	if c.env != nil {
		// MuleSoft's Terraform provider sends these beside the ids in the path.
		request.Header.Set("X-ANYPNT-ORG-ID", c.env.Organization)
		request.Header.Set("X-ANYPNT-ENV-ID", c.env.ID)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return request, nil
}

// target is the URL. An empty id or one of dots would address something else than what
// was meant, such as the whole collection.
func (s *session) target(c call) (string, error) {
	escaped := make([]string, 0, len(c.path))
	for _, element := range c.path {
		if strings.Trim(element, ".") == "" {
			return "", &Error{Kind: KindInvalid, Operation: c.operation, Message: fmt.Sprintf("%q is not an id", element)}
		}
		escaped = append(escaped, url.PathEscape(element))
	}
	target := s.base + "/" + strings.Join(escaped, "/")
	if len(c.query) > 0 {
		target += "?" + c.query.Encode()
	}
	return target, nil
}

// encode writes the body and says what it is.
func (c call) encode() (body []byte, contentType string, err error) {
	switch {
	case c.form != nil:
		return c.form.encode()
	case c.body != nil:
		body, err = json.Marshal(c.body)
		return body, "application/json", err
	}
	return nil, "", nil
}

// cause is what is behind an error of net/http, without the URL around it.
func cause(err error) error {
	var framed *url.Error
	if errors.As(err, &framed) {
		return framed.Err
	}
	return err
}

// careful is a client that does not follow redirects to another place, as the
// Authorization header and bodies would go there, and keeps no cookies.
func careful(given *http.Client) *http.Client {
	client := &http.Client{}
	if given != nil {
		*client = *given
	}
	client.Jar = nil
	client.CheckRedirect = func(next *http.Request, before []*http.Request) error {
		first := before[0]
		if len(before) > maxRedirects || first.Method != http.MethodGet || next.URL.Scheme != first.URL.Scheme || next.URL.Host != first.URL.Host {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return client
}

// maxRedirects is how many redirects of a read within the same host are followed.
const maxRedirects = 3
