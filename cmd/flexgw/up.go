package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/local"
)

// upFlags are the flags of "flexgw up".
type upFlags struct {
	dir       string
	speed     float64
	manager   string
	noManager bool
	traffic   bool
	anypoint  bool
}

func newUpCommand() *cobra.Command {
	var f upFlags
	c := &cobra.Command{
		Use:   "up",
		Short: "Run a Kubernetes API, simulated clouds and the manager on this machine",
		Long: `Run a real Kubernetes API with the product's CRDs, a simulated AWS, a simulated
Anypoint Platform and the manager on this machine, until SIGINT or SIGTERM.

The folder DIR gets
  ready              when all is up, and not before
  env                the variables for a shell: kubeconfig, AWS endpoint, credentials
  kubeconfig         for a cluster administrator
  manager.pid        the manager's process id
  manager.log, controlplane.log, awssim.log, anypointsim.log`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return up(c.Context(), f, c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&f.dir, "dir", ".flexgw", "folder for everything that is written")
	c.Flags().Float64Var(&f.speed, "speed", local.DefaultSpeed, "simulated seconds in a real one, at least 1")
	c.Flags().StringVar(&f.manager, "manager", "", "the manager's program (default: manager, beside this program)")
	c.Flags().BoolVar(&f.noManager, "no-manager", false, "start no manager: a person starts one, with the variables in DIR/env")
	c.Flags().BoolVar(&f.traffic, "traffic", true, trafficUsage)
	c.Flags().BoolVar(&f.anypoint, "anypoint", true, "run a simulated Anypoint Platform; without it, gateways need no real registration and serve an API on every port")
	c.MarkFlagsMutuallyExclusive("manager", "no-manager")
	return c
}

// trafficUsage is the help of the flag --traffic.
const trafficUsage = "let load balancers and replicas really answer, on loopback addresses of this machine"

// up runs the stack until ctx ends, which is no error.
func up(ctx context.Context, f upFlags, out io.Writer) error {
	manager, err := f.managerPath()
	if err != nil {
		return err
	}
	stack, err := local.Up(ctx, local.Options{Dir: f.dir, Speed: f.speed, Manager: manager, Traffic: f.traffic, Anypoint: f.anypoint, Progress: out})
	if err != nil {
		if errors.Is(err, context.Canceled) {
			fmt.Fprintln(out, "stopped before it was ready")
			return nil
		}
		return err
	}
	greet(out, stack)
	err = stack.Wait(ctx)
	fmt.Fprintln(out, "stopping")
	return errors.Join(err, stack.Stop())
}

// managerPath is the program to run, "" for none.
func (f upFlags) managerPath() (string, error) {
	if f.noManager || f.manager != "" {
		return f.manager, nil
	}
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(exe), "manager")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("there is no manager beside this program: run make build, or give --manager or --no-manager: %w", err)
	}
	return path, nil
}

func greet(out io.Writer, s *local.Stack) {
	fmt.Fprintf(out, `
ready: Kubernetes at %s, AWS at %s, %g simulated seconds a second.
In another terminal:
  . %s
  kubectl get flexgatewaydeployments --all-namespaces
Ctrl-C stops everything.
`, s.Config().Host, s.AWSEndpoint(), s.Clock().Speed, s.EnvFile())
}
