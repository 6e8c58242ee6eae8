// Command flexgw is the person's tool: it plans changes of gateways, follows and steers
// their rollouts, and runs the controller and all that it needs on one machine. Under the name
// kubectl-flexgw it is a plugin of kubectl.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run()) }

// run returns the exit code. The first SIGINT or SIGTERM ends the context; a second
// one ends the program at once.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return execute(ctx, calledAs(newRootCommand(), os.Args[0]))
}

// execute returns the exit code. Go ends a program that panics with 2, which says of a plan
// that there is something to do: a panic is an error here, as any other.
func execute(ctx context.Context, root *cobra.Command) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			fmt.Fprintf(root.ErrOrStderr(), "%s: a fault of this program: %v\n%s", root.DisplayName(), fault, debug.Stack())
			code = 1
		}
	}()
	err := root.ExecuteContext(ctx)
	if err != nil && err.Error() != "" {
		fmt.Fprintln(root.ErrOrStderr(), root.DisplayName()+":", err)
	}
	return exitCode(err)
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "flexgw",
		Short:         "Run Anypoint Flex Gateway on Amazon ECS, from Kubernetes",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(
		newDemoCommand(),
		newUpCommand(),
		newSimCommand(),
		newControlPlaneCommand(),
		newStatusCommand(),
		newTreeCommand(),
		newResourcesCommand(),
		newEventsCommand(),
		newLogsCommand(),
		newDiagramCommand(),
		newRolloutCommand(),
		newTopCommand(),
		newVersionCommand(),
		newPlanCommand(),
		newDiffCommand(),
	)
	refuseStrays(root)
	return root
}

// refuseStrays has a command that only has others under it refuse what is none of them. Cobra
// would show the help and end with 0, and a script with a typing error would go on.
func refuseStrays(c *cobra.Command) {
	for _, under := range c.Commands() {
		refuseStrays(under)
	}
	if c.HasSubCommands() && !c.Runnable() {
		c.Args, c.DisableFlagsInUseLine = cobra.NoArgs, true
		c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	}
}
