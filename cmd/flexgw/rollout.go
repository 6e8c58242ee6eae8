package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/rolloutcli"
)

func newRolloutCommand() *cobra.Command {
	var f clusterFlags
	c := &cobra.Command{
		Use:   "rollout",
		Short: "Follow, undo, restart, pause, promote and abort the rollouts of a gateway",
		Long: `Follow, undo, restart, pause, promote and abort the rollouts of a FlexGatewayDeployment. The
cluster and the namespace are found as kubectl finds them.

All that these commands write is fields and annotations of the object: whoever may
patch it may use them, and what is in Git must follow by hand.`,
		Args: cobra.NoArgs,
	}
	f.addTo(c)
	c.AddCommand(
		newRolloutStatusCommand(&f),
		newRolloutHistoryCommand(&f),
		newRolloutUndoCommand(&f),
		newRolloutRestartCommand(&f),
		newRolloutPauseCommand(&f),
		newRolloutResumeCommand(&f),
		newRolloutPromoteCommand(&f),
		newRolloutAbortCommand(&f),
	)
	return c
}

// onGateway makes a command take the name of one gateway, which shells complete.
func onGateway(c *cobra.Command, f *clusterFlags, run func(ctx context.Context, t *rolloutcli.Tool, name string) error) *cobra.Command {
	c.Args = cobra.ExactArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error {
		t, err := f.tool(c)
		if err != nil {
			return err
		}
		return run(c.Context(), t, args[0])
	}
	c.ValidArgsFunction = completeGateways(f)
	return c
}

// completeGateways are the names of gateways, for the first word.
func completeGateways(f *clusterFlags) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return f.complete(c, func(ctx context.Context, t *rolloutcli.Tool) ([]string, error) { return t.Names(ctx) })
	}
}

// completionTimeout is how long a person waits for the answer to a tabulator.
const completionTimeout = 3 * time.Second

// complete are words from the cluster. Where it does not answer there are none, and no
// error in the middle of a command line.
func (f *clusterFlags) complete(c *cobra.Command, words func(context.Context, *rolloutcli.Tool) ([]string, error)) ([]cobra.Completion, cobra.ShellCompDirective) {
	t, err := f.tool(c)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	ctx, cancel := context.WithTimeout(c.Context(), completionTimeout)
	defer cancel()
	found, err := words(ctx, t)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}
