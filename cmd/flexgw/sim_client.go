package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// simTimeout is how long the simulator may take to answer.
const simTimeout = 10 * time.Second

// simLongTimeout is how long it may take to let much happen: a month of its time, or
// all that a snapshot holds.
const simLongTimeout = 5 * time.Minute

// ask is askWithin of simTimeout.
func (f *simFlags) ask(ctx context.Context, method, page string, body any) ([]byte, error) {
	return f.askWithin(ctx, simTimeout, method, page, body)
}

// askAtLength is askWithin of simLongTimeout.
func (f *simFlags) askAtLength(ctx context.Context, method, page string, body any) ([]byte, error) {
	return f.askWithin(ctx, simLongTimeout, method, page, body)
}

// askWithin sends a request to the simulated AWS.
func (f *simFlags) askWithin(ctx context.Context, timeout time.Duration, method, page string, body any) ([]byte, error) {
	at := simulator{url: f.url, flag: "--url", variable: "AWS_ENDPOINT_URL", prefix: "/_awssim/", name: "simulated AWS"}
	return at.ask(ctx, timeout, method, page, body)
}

// simulator is one with an admin API: where it is, by a flag or a variable, and what it is
// called.
type simulator struct{ url, flag, variable, prefix, name string }

// ask sends a request to the simulator's admin API. Its answer is JSON, or empty where the
// simulator has nothing to say.
func (s simulator) ask(ctx context.Context, timeout time.Duration, method, page string, body any) ([]byte, error) {
	base := s.url
	if base == "" {
		base = os.Getenv(s.variable)
	}
	if base == "" {
		return nil, fmt.Errorf(`which simulator? Set %s, as the file env of "flexgw up" does, or give %s`, s.variable, s.flag)
	}
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(base, "/")+s.prefix+page, &content)
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: timeout}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf(`no %s answers at %s (is "flexgw up" running?): %w`, s.name, base, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("the %s at %s broke off its answer: %w", s.name, base, err)
	}
	return answer, s.understood(base, response.StatusCode, answer)
}

// understood is the error in an answer, or that it is not one of the simulator.
func (s simulator) understood(base string, status int, answer []byte) error {
	var refusal struct {
		Error string `json:"error"`
	}
	switch {
	case status == http.StatusNoContent, status == http.StatusOK && json.Valid(answer):
		return nil
	case json.Unmarshal(answer, &refusal) == nil && refusal.Error != "":
		return errors.New(refusal.Error)
	default:
		return fmt.Errorf("what answers at %s is no %s: HTTP status %d", base, s.name, status)
	}
}
