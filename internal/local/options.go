// Package local runs everything that a person needs to try the controller on one
// machine: a Kubernetes control plane with the product's CRDs, a simulated AWS, and
// the real manager as a process of its own, which finds both through its environment
// as it would in production.
package local

import (
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"

	"flexgw.io/controller/internal/clock"
)

// DefaultSpeed is the number of simulated seconds in a real one that is comfortable
// to watch: a gateway that takes AWS five minutes takes a quarter of one.
const DefaultSpeed = 20

// Options say what to run. Only Dir is required.
type Options struct {
	// Dir is the folder for everything that is written; made if it is not there. One
	// Stack at a time can use it.
	Dir string
	// Speed is the number of simulated seconds in a real one: 0 means DefaultSpeed,
	// otherwise at least 1.
	Speed float64
	// Manager is the path of the manager's program; empty leaves the manager out, for
	// a person to start one with the variables in the folder's env file.
	Manager string
	// ManagerArgs are flags for the manager besides those that Up gives.
	ManagerArgs []string
	// CRDs are files or folders of CustomResourceDefinitions; nil means those of the
	// project's sources.
	CRDs []string
	// Traffic lets requests flow through load balancers to replicas for real, on loopback
	// addresses 127.N.x.y of this machine.
	Traffic bool
	// Anypoint runs a simulated Anypoint Platform beside AWS, which the manager and the
	// containers find. Without it, every gateway with something that looks like a
	// registration serves an API on each of its ports.
	Anypoint bool
	// Seed makes the simulated AWS give out the same ids again.
	Seed uint64
	// Progress receives a line for each step. Nil discards them.
	Progress io.Writer
}

func (o Options) withDefaults() (Options, error) {
	var err error
	if o.Dir == "" {
		return o, errors.New("no folder is given")
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return o, err
	}
	if o.Speed == 0 {
		o.Speed = DefaultSpeed
	}
	if o.Speed < 1 {
		return o, fmt.Errorf("the speed is %g: it must be at least 1", o.Speed)
	}
	if o.Manager != "" {
		if o.Manager, err = exec.LookPath(o.Manager); err != nil {
			return o, fmt.Errorf("the manager's program: %w", err)
		}
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	return o, nil
}

// clock is the clock that the manager and the simulators share.
func (o Options) clock() clock.Scaled {
	return clock.Scaled{Anchor: time.Now(), Speed: o.Speed}
}
