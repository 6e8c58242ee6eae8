package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/rolloutcli"
)

func newRolloutStatusCommand(f *clusterFlags) *cobra.Command {
	var o rolloutcli.StatusOptions
	c := onGateway(&cobra.Command{
		Use:   "status NAME",
		Short: "Follow a rollout until it is served, or has failed",
		Long: `Follow a rollout until what the spec asks for is served, or it is known that it will not
be: drawn in place on a terminal, a line for each change in a pipe.

Exit codes:
  0  what the spec asks for is served
  1  it is not known: wrong usage, no cluster, no such gateway, Ctrl-C; or the gateway
     is being deleted
  2  the rollout was rolled back, has failed or is stalled: a person must act
  3  not served yet when --timeout was over; with --watch=false, not served yet`,
		Example: `  flexgw rollout status my-gateway -n flex
  flexgw rollout status my-gateway -n flex --timeout 15m
  flexgw rollout status my-gateway -n flex --watch=false`,
	}, f, func(ctx context.Context, t *rolloutcli.Tool, name string) error { return t.Status(ctx, name, o) })
	c.Flags().BoolVarP(&o.Watch, "watch", "w", true, "wait for the end of the rollout")
	c.Flags().DurationVar(&o.Timeout, "timeout", 0, "how long to wait, such as 15m (default: without end)")
	return c
}

func newRolloutHistoryCommand(f *clusterFlags) *cobra.Command {
	var format string
	c := onGateway(&cobra.Command{
		Use:   "history NAME",
		Short: "List the versions of a gateway, and what became of them",
		Long: `List the versions of a gateway, newest first: what was new in each, when, and what became
of it. spec.rollout.historyLimit says how many are kept. In JSON and YAML also the
environment variables and the digest of the image.`,
		PreRunE: func(*cobra.Command, []string) error {
			switch format {
			case rolloutcli.FormatTable, rolloutcli.FormatJSON, rolloutcli.FormatYAML:
				return nil
			}
			return fmt.Errorf("--output %q: want table, json or yaml", format)
		},
	}, f, func(ctx context.Context, t *rolloutcli.Tool, name string) error { return t.History(ctx, name, format) })
	c.Flags().StringVarP(&format, "output", "o", rolloutcli.FormatTable, "table, json or yaml")
	return c
}

func newTopCommand() *cobra.Command {
	var f clusterFlags
	var watch bool
	c := onGateway(&cobra.Command{
		Use:   "top NAME",
		Short: "Show the replicas of a gateway: zone, address, age, health, revision",
		Example: `  flexgw top my-gateway -n flex
  flexgw top my-gateway -n flex --watch`,
	}, &f, func(ctx context.Context, t *rolloutcli.Tool, name string) error { return t.Top(ctx, name, watch) })
	f.addTo(c)
	c.Flags().BoolVarP(&watch, "watch", "w", false, "go on until Ctrl-C: drawn in place on a terminal, a table after each change in a pipe")
	return c
}
