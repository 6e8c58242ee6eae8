package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/demo"
	"flexgw.io/controller/internal/local"
)

func newDemoCommand() *cobra.Command {
	var o demo.Options
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show the life of a gateway, from nothing and back, on a simulated AWS",
		Long: `Start a real Kubernetes API, a simulated AWS and the manager on this machine; apply a
sample; tell what happens as it happens; send requests while the gateway is scaled up and
down and gets another version; delete it; and
prove that AWS is as empty as before. Takes about two minutes. Exits with 0 only if all of
it went well.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			f := upFlags{manager: o.Manager}
			var err error
			if o.Manager, err = f.managerPath(); err != nil {
				return err
			}
			o.Out = c.OutOrStdout()
			// A reader that goes away (flexgw demo | head) must not kill this program
			// before it has stopped what it started: the write fails instead.
			signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
			return demo.Run(c.Context(), o)
		},
	}
	c.Flags().StringVar(&o.Dir, "dir", "", "folder for everything that is written (default: a temporary one)")
	c.Flags().Float64Var(&o.Speed, "speed", local.DefaultSpeed, "simulated seconds in a real one, at least 1")
	c.Flags().StringVar(&o.Manager, "manager", "", "the manager's program (default: manager, beside this program)")
	c.Flags().StringVarP(&o.File, "file", "f", "", "manifest with a FlexGatewayDeployment (default: config/samples/flexgw-dev.yaml of the sources)")
	c.Flags().BoolVar(&o.Traffic, "traffic", true, trafficUsage)
	c.Flags().BoolVar(&o.Keep, "keep", false, "leave everything running instead of deleting the gateway, until Ctrl-C")
	return c
}
