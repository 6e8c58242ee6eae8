//go:build unix

// Package child runs other programs that must not outlive this one.
//
// A child leads a process group of its own, so that a Ctrl-C in the terminal
// reaches only this program, which then stops its children in the right order. On
// Linux the kernel kills a child when this program dies, even by SIGKILL; on other
// systems a child of a killed program stays.
package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// defaultGrace is how long a child may take to stop when its Command does not say.
const defaultGrace = 10 * time.Second

// Command says what to run.
type Command struct {
	// Path is the program, and Args its arguments without the program's name.
	Path string
	Args []string
	// Dir is the working directory; this program's own if empty.
	Dir string
	// Env is the whole environment; this program's own if nil.
	Env []string
	// Output receives what the child writes to stdout and stderr. With an *os.File the
	// child writes to it directly. Nil discards.
	Output io.Writer
	// Grace is the time between SIGTERM and SIGKILL in Stop; 10 s if zero.
	Grace time.Duration
}

// Process is a child that has been started.
type Process struct {
	name  string
	grace time.Duration
	cmd   *exec.Cmd
	done  chan struct{}
	err   error // how it ended; read only after done is closed
}

// Start runs the command. The child lives until it ends, Stop or Kill is called, or
// this program dies.
func Start(c Command) (*Process, error) {
	p := &Process{name: filepath.Base(c.Path), grace: c.Grace, cmd: exec.Command(c.Path, c.Args...), done: make(chan struct{})}
	if p.grace == 0 {
		p.grace = defaultGrace
	}
	p.cmd.Dir, p.cmd.Env = c.Dir, c.Env
	p.cmd.Stdout, p.cmd.Stderr = c.Output, c.Output
	p.cmd.SysProcAttr = attributes()
	started := make(chan error)
	go p.run(started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	return p, nil
}

// run starts the child and waits for it on a thread of its own: the kernel kills
// the child when the thread that started it ends, and Go ends idle threads.
func (p *Process) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	p.err = p.cmd.Wait()
	close(p.done)
}

// PID is the child's process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says how the child ended: nil for exit code 0. Before that it is nil too.
func (p *Process) Err() error {
	select {
	case <-p.done:
	default:
		return nil
	}
	if p.err != nil {
		return fmt.Errorf("%s (process %d): %w", p.name, p.PID(), p.err)
	}
	return nil
}

// Stop sends SIGTERM to the child's process group and, when its time is up, SIGKILL.
// It returns when the child has ended, with an error if it had to be killed. Stopping
// a child that has ended does nothing.
func (p *Process) Stop() error {
	if err := p.signal(syscall.SIGTERM); err != nil {
		return err
	}
	late := time.NewTimer(p.grace)
	defer late.Stop()
	select {
	case <-p.done:
		return nil
	case <-late.C:
		return errors.Join(
			fmt.Errorf("%s (process %d) did not stop within %v and was killed", p.name, p.PID(), p.grace),
			p.Kill())
	}
}

// Kill sends SIGKILL to the child's process group and waits for its end.
func (p *Process) Kill() error {
	err := p.signal(syscall.SIGKILL)
	<-p.done
	return err
}

// signal reaches the child and what it started. Having ended is no error.
func (p *Process) signal(s syscall.Signal) error {
	select {
	case <-p.done:
		return nil
	default:
	}
	err := syscall.Kill(-p.PID(), s)
	if err == nil || errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return fmt.Errorf("signal %s: %w", p.name, os.NewSyscallError("kill", err))
}

// Run runs the command to its end. When ctx ends first, the child is stopped.
func Run(ctx context.Context, c Command) error {
	p, err := Start(c)
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
		return p.Err()
	case <-ctx.Done():
		return errors.Join(ctx.Err(), p.Stop())
	}
}
