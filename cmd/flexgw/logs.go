package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/logcli"
	"flexgw.io/controller/internal/rolloutcli"
	"flexgw.io/controller/internal/terminal"
)

// defaultTail is how many lines of each replica are told where nothing else is asked for.
const defaultTail = 50

func newLogsCommand() *cobra.Command {
	var f clusterFlags
	var o logcli.Options
	var container string
	c := &cobra.Command{
		Use:   "logs NAME",
		Short: "Tell what the replicas of a gateway say, from CloudWatch Logs",
		Long: fmt.Sprintf(`Tell what the replicas of a gateway say, from CloudWatch Logs, each line with the first
characters of its task's id: the last %d lines of each replica that runs, or with --since
all from then on.

It reads AWS with your own credentials (those of the AWS CLI), which takes
logs:DescribeLogStreams, logs:GetLogEvents and logs:FilterLogEvents, and changes nothing.`, defaultTail),
		Example: `  flexgw logs my-gateway -n flex
  flexgw logs my-gateway -n flex -f
  flexgw logs my-gateway -n flex --since 1h --timestamps
  flexgw logs my-gateway -n flex --previous
  flexgw logs my-gateway -n flex --registration`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o, err := o.InContainer(container)
			switch {
			case err != nil:
				return err
			case o.Previous && (o.Registration || o.Follow):
				return errors.New("--previous shows a replica that has stopped: use it without --registration, its containers and --follow")
			case o.Since < 0 || o.Tail < -1:
				return errors.New("--since must not be negative, nor --tail but for -1, which is all")
			}
			if o.Since > 0 && !c.Flags().Changed("tail") {
				o.Tail = -1
			}
			t, err := f.logTool(c)
			if err != nil {
				return err
			}
			return t.Logs(c.Context(), args[0], o)
		},
		ValidArgsFunction: completeGateways(&f),
	}
	f.addTo(c)
	c.Flags().BoolVarP(&o.Follow, "follow", "f", false, "go on until Ctrl-C, with replicas that come meanwhile")
	c.Flags().DurationVar(&o.Since, "since", 0, "how far back to begin, such as 5m or 2h (default: as far as --tail goes)")
	c.Flags().IntVar(&o.Tail, "tail", defaultTail, "how many of the last lines of each stream; -1 is all")
	c.Flags().StringVar(&o.Task, "task", "", "only the replica whose task's id begins with this")
	c.Flags().StringVar(&container, "container", "", "another container of the tasks (default: the gateway's)")
	c.Flags().BoolVarP(&o.Previous, "previous", "p", false, "the replica that has stopped last, instead of those that run")
	c.Flags().BoolVar(&o.Registration, "registration", false, "what flexctl, the keeper and the writer of the registration file have said")
	c.Flags().BoolVar(&o.Timestamps, "timestamps", false, "the time of each line before it, in UTC")
	// They fail only where there is no such flag.
	_ = c.RegisterFlagCompletionFunc("container", cobra.FixedCompletions(logcli.Containers(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("task", func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return f.complete(c, func(ctx context.Context, t *rolloutcli.Tool) ([]string, error) { return t.Tasks(ctx, args[0]) })
	})
	return c
}

// logTool is what the command works with.
func (f *clusterFlags) logTool(c *cobra.Command) (*logcli.Tool, error) {
	aws, err := clock.Parse(os.Getenv(clockVariable))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", clockVariable, err)
	}
	api, namespace, err := f.connect()
	if err != nil {
		return nil, err
	}
	cloud, err := awscloud.New(c.Context(), nil)
	if err != nil {
		return nil, err
	}
	return &logcli.Tool{
		Gateways: cluster.Gateways{Client: api, Namespace: namespace}, Cloud: cloud, Err: c.ErrOrStderr(),
		Screen: terminal.New(c.OutOrStdout()), Now: aws.Now,
	}, nil
}
