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

// askWithin sends a request to the simulator's admin API. Its answer is JSON, or empty
// where the simulator has nothing to say.
func (f *simFlags) askWithin(ctx context.Context, timeout time.Duration, method, page string, body any) ([]byte, error) {
	base := f.url
	if base == "" {
		base = os.Getenv("AWS_ENDPOINT_URL")
	}
	if base == "" {
		return nil, errors.New(`which simulator? Set AWS_ENDPOINT_URL, as the file env of "flexgw up" does, or give --url`)
	}
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(base, "/")+"/_awssim/"+page, &content)
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: timeout}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf(`no simulated AWS answers at %s (is "flexgw up" running?): %w`, base, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("the simulated AWS at %s broke off its answer: %w", base, err)
	}
	return answer, understood(base, response.StatusCode, answer)
}

// understood is the error in an answer, or that it is not one of the simulator.
func understood(base string, status int, answer []byte) error {
	var refusal struct {
		Error string `json:"error"`
	}
	switch {
	case status == http.StatusNoContent, status == http.StatusOK && json.Valid(answer):
		return nil
	case json.Unmarshal(answer, &refusal) == nil && refusal.Error != "":
		return errors.New(refusal.Error)
	default:
		return fmt.Errorf("what answers at %s is no simulated AWS: HTTP status %d", base, status)
	}
}
