package demo

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"flexgw.io/controller/internal/terminal"
)

// kubectl runs the control plane's own kubectl before the eyes of the reader.
type kubectl struct {
	path   string
	env    []string
	screen *screen
}

// kubectlTimeout bounds one command; each answers at once or not at all.
const kubectlTimeout = time.Minute

// run prints the command as a person would type it, runs it, and prints what it says.
func (k kubectl) run(ctx context.Context, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, kubectlTimeout)
	defer cancel()
	k.screen.block(k.screen.Paint(terminal.Bold, "$ kubectl "+strings.Join(args, " ")))
	c := exec.CommandContext(ctx, k.path, args...)
	c.Env = k.env
	output := &lineWriter{line: func(line string) { k.screen.block(line) }}
	c.Stdout, c.Stderr = output, output
	if err := c.Run(); err != nil {
		return fmt.Errorf("kubectl %s: %w", args[0], err)
	}
	return nil
}
