package logcli

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/internal/gateway"
)

// documented is the policy of docs/logs.md.
func documented(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/logs.md")
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(text)
	if match == nil {
		t.Fatal("docs/logs.md has no policy")
	}
	return string(match[1])
}

// readAll looks at a replica that runs, follows it, and looks at one that has stopped.
func (b *bench) readAll(t *testing.T) error {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- b.Logs(ctx, "gw", Options{Tail: -1, Follow: true}) }()
	if err := <-ended; err != nil && !strings.Contains(err.Error(), context.DeadlineExceeded.Error()) {
		return err
	}
	return b.Logs(t.Context(), "gw", Options{Tail: -1, Previous: true})
}

func TestTheDocumentedPolicyIsEnoughAndNoActionOfItTooMuch(t *testing.T) {
	whole := documented(t)
	for _, without := range []string{"", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"} {
		with(t, gatewayWith(first), func(t *testing.T, b *bench) {
			b.write(gateway.ContainerName, first, "runs")
			b.write(gateway.ContainerName, stopped, "has stopped")
			policy := whole
			if without != "" {
				policy = strings.Replace(whole, `"`+without+`"`, `"logs:Nothing"`, 1)
			}
			if err := b.sim.Enforce(policy); err != nil {
				t.Fatal(err)
			}
			err := b.readAll(t)
			if (err != nil) != (without != "") {
				t.Errorf("without %q: error %v", without, err)
			}
			if without != "" && (err == nil || !strings.Contains(err.Error(), "perform: "+without)) {
				t.Errorf("without %s, AWS does not name it: %v", without, err)
			}
		})
	}
}
