package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/load"
	"flexgw.io/controller/internal/local"
	"flexgw.io/controller/internal/terminal"
)

// Options say how to run the demonstration.
type Options struct {
	// Dir is the folder for everything that is written; its logs stay. Empty means a
	// temporary folder, which stays only where the demonstration fails.
	Dir string
	// Speed is the number of simulated seconds in a real one, at least 1; 0 means
	// local.DefaultSpeed.
	Speed float64
	// Manager is the path of the manager's program.
	Manager string
	// File is the manifest to apply, with one FlexGatewayDeployment in it; empty means
	// the sample in the project's sources.
	File string
	// Traffic has replicas really answer, and sends them requests.
	Traffic bool
	// Keep leaves everything running, instead of deleting the gateway, until the
	// context ends.
	Keep bool
	// Out receives the story.
	Out io.Writer
}

// demo is one run.
type demo struct {
	options Options
	dir     string
	sample  sample
	screen  *screen
	stack   *local.Stack
	kubectl kubectl
	story   *story
	// before is what was in AWS before the apply.
	before []core.Resource
	// load are the requests that flow, nil while there are none.
	load *load.Load
}

// Run runs the demonstration and stops everything that it has started, also where it
// fails or ctx ends. The error says which step failed; what is known about the cause
// has been written to Out.
func Run(ctx context.Context, o Options) error {
	if o.Speed == 0 {
		o.Speed = local.DefaultSpeed
	}
	s, err := readSample(o.File)
	if err != nil {
		return err
	}
	d := &demo{options: o, dir: o.Dir, sample: s, screen: newScreen(o.Out)}
	if d.dir == "" {
		if d.dir, err = os.MkdirTemp("", "flexgw-demo-"); err != nil {
			return err
		}
	}
	began := time.Now()
	err = d.run(ctx)
	d.screen.blank()
	switch {
	case err == nil:
		d.screen.Say("Done in %s. Everything that ran on this machine has been stopped.", short(time.Since(began)))
	case isInterrupt(err):
		d.screen.Say("Interrupted. Everything that ran on this machine has been stopped.")
	}
	if o.Dir == "" && (err == nil || isInterrupt(err)) {
		return errors.Join(err, os.RemoveAll(d.dir))
	}
	d.screen.Say("The logs are in %s.", d.dir)
	return err
}

// isInterrupt is true where nothing went wrong but somebody has had enough, or has
// closed the pipe.
func isInterrupt(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, syscall.EPIPE)
}

// run starts the stack, tells the story on it, and stops it.
func (d *demo) run(ctx context.Context) error {
	d.introduce()
	if err := d.up(ctx); err != nil {
		d.explain(err)
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() { cancel(d.stack.Wait(ctx)) }()
	err := d.tell(ctx)
	if d.load != nil {
		d.load.Stop()
	}
	if err == nil && d.options.Keep {
		err = d.keep(ctx)
	}
	if err != nil {
		d.explain(err)
	}
	return errors.Join(err, d.stack.Stop())
}

// tell is the story, step by step.
func (d *demo) tell(ctx context.Context) error {
	steps := []step{
		{"Apply the sample, and watch the controller build it in AWS", d.apply},
		{"Look at the result", d.look},
		{"Look at it in the Anypoint Platform", d.platform},
		{"Ask the gateway something", d.ask},
		{"Scale from 1 to 4 replicas", d.scale(4)},
		{"Scale from 4 to 2 replicas", d.scale(2)},
		{"Another version of the gateway", d.upgrade},
		{"What is in AWS now", d.inventory},
		{"Delete the object, and watch the controller take everything down", d.remove},
		{"Is anything left?", d.prove},
	}
	if d.options.Keep {
		steps = steps[:8]
	}
	for i, s := range steps {
		d.headline(i+2, s.title)
		if err := s.run(ctx); err != nil {
			return fmt.Errorf("step %d, %q: %w", i+2, s.title, err)
		}
	}
	return nil
}

// step is one part of the story.
type step struct {
	title string
	run   func(context.Context) error
}

func (d *demo) headline(number int, title string) {
	d.screen.blank()
	d.screen.Say("%s", d.screen.Paint(terminal.Bold, fmt.Sprintf("%d. %s", number, title)))
}

// patience is how long, in real time, a step may take: about three times what AWS's
// slowest path takes, and a fixed part for a busy machine.
func (d *demo) patience() time.Duration {
	return 3*time.Minute + time.Duration(float64(45*time.Minute)/d.options.Speed)
}
