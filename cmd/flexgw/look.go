package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/gatewaycli"
	"flexgw.io/controller/internal/rolloutcli"
)

// lookTool is what the commands that only look work with.
func lookTool(t *rolloutcli.Tool) *gatewaycli.Tool {
	return &gatewaycli.Tool{Gateways: t.Gateways, Out: t.Out, Screen: t.Screen, Now: t.Now, ClusterNow: time.Now, Program: t.Program}
}

// lookAt is onGateway for a command that only looks.
func lookAt(c *cobra.Command, f *clusterFlags, run func(ctx context.Context, t *gatewaycli.Tool, name string) error) *cobra.Command {
	f.addTo(c)
	return onGateway(c, f, func(ctx context.Context, t *rolloutcli.Tool, name string) error { return run(ctx, lookTool(t), name) })
}

// formatFlag adds -o, of which formats are the values.
func formatFlag(c *cobra.Command, format *string, usage string, formats []string) {
	c.Flags().StringVarP(format, "output", "o", gatewaycli.FormatText, usage)
	c.PreRunE = func(*cobra.Command, []string) error { return gatewaycli.CheckFormat(*format, formats) }
	// It fails only where there is no such flag.
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

const statusExitCodes = `Exit codes:
  0  ready: what the spec asks for is served; of several gateways, all are
  1  it is not known: wrong usage, no cluster, no such gateway
  2  not ready`

func newStatusCommand() *cobra.Command {
	var f clusterFlags
	var o gatewaycli.StatusOptions
	c := &cobra.Command{
		Use:   "status [NAME]",
		Short: "Say how a gateway is, why, and what to do; without a name, list all",
		Long: `Say on one screen how a gateway is: whether it is ready, why not and what to do, where it
is reached, its version, replicas, conditions, certificate, what is awaited, and the last
events. Without a name it lists the gateways of the namespace, or with -A of all.

It reads the object and its events, and nothing of AWS.

` + statusExitCodes,
		Example: `  flexgw status my-gateway -n flex
  flexgw status my-gateway -n flex --watch
  flexgw status -A
  flexgw status my-gateway -n flex -o json | jq .advice`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case len(args) == 1 && o.Everywhere:
				return errors.New("name a gateway, or list those of all namespaces with -A, not both")
			case o.Watch && (len(args) == 0 || o.Format != gatewaycli.FormatText):
				return errors.New("--watch shows one gateway as text: name it, without -o")
			}
			t, err := f.tool(c)
			switch {
			case err != nil:
				return err
			case len(args) == 0:
				return lookTool(t).List(c.Context(), o)
			}
			return lookTool(t).Status(c.Context(), args[0], o)
		},
		ValidArgsFunction: completeGateways(&f),
	}
	f.addTo(c)
	formatFlag(c, &o.Format, "text, json or yaml", gatewaycli.TextFormats)
	c.Flags().BoolVarP(&o.Watch, "watch", "w", false, "go on until Ctrl-C: drawn in place on a terminal, whole after each change in a pipe")
	c.Flags().BoolVarP(&o.Everywhere, "all-namespaces", "A", false, "list the gateways of all namespaces")
	return c
}

func newTreeCommand() *cobra.Command {
	var f clusterFlags
	var format string
	var links bool
	c := lookAt(&cobra.Command{
		Use:   "tree NAME",
		Short: "Draw the AWS and Anypoint resources of a gateway as a tree",
		Long: `Draw the AWS and Anypoint resources of a gateway as a tree, by what they are in or depend
on first, each with its state, how long it has been in it, and its id. It reads the
object's status alone.`,
		Example: `  flexgw tree my-gateway -n flex
  flexgw tree my-gateway -n flex --links`,
	}, &f, func(ctx context.Context, t *gatewaycli.Tool, name string) error {
		return t.Tree(ctx, name, format, links)
	})
	formatFlag(c, &format, "text, json or yaml", gatewaycli.TextFormats)
	c.Flags().BoolVar(&links, "links", false, "with links to the AWS Management Console and the Anypoint Platform")
	return c
}

func newResourcesCommand() *cobra.Command {
	var f clusterFlags
	var format string
	c := lookAt(&cobra.Command{
		Use:   "resources NAME",
		Short: "List the AWS and Anypoint resources of a gateway",
		Long: `List the AWS and Anypoint resources of a gateway in the order of the guide. It reads the
object's status alone.`,
		Example: `  flexgw resources my-gateway -n flex
  flexgw resources my-gateway -n flex -o wide
  flexgw resources my-gateway -n flex -o arn`,
	}, &f, func(ctx context.Context, t *gatewaycli.Tool, name string) error {
		return t.Resources(ctx, name, format)
	})
	formatFlag(c, &format, "text, wide (whole ids, and links), json, yaml or arn (an ARN on each line)", gatewaycli.ResourceFormats)
	return c
}

func newEventsCommand() *cobra.Command {
	var f clusterFlags
	var format string
	var follow bool
	c := lookAt(&cobra.Command{
		Use:   "events NAME",
		Short: "Tell the events of a gateway in their order",
		Long: `Tell the events of a gateway in their order; those that say the same are one, with a
count. The API server keeps events for an hour, as a rule.`,
		Example: `  flexgw events my-gateway -n flex
  flexgw events my-gateway -n flex -f`,
	}, &f, func(ctx context.Context, t *gatewaycli.Tool, name string) error {
		if follow && format != gatewaycli.FormatText {
			return errors.New("--follow writes lines of text: use it without -o")
		}
		return t.Events(ctx, name, format, follow)
	})
	formatFlag(c, &format, "text, json or yaml", gatewaycli.TextFormats)
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on until Ctrl-C, a line for each event")
	return c
}

func newDiagramCommand() *cobra.Command {
	var f clusterFlags
	var file string
	c := lookAt(&cobra.Command{
		Use:   "diagram NAME",
		Short: "Draw a gateway as the guide's Figure 1, with its states, as SVG or PNG",
		Long: `Draw a gateway as the guide's Figure 1: clients, load balancer, listeners and target
groups, the replicas in their zones, storage, and what they use besides, each with its
state as form, colour and word. It reads the object alone, and needs no other program.`,
		Example: `  flexgw diagram my-gateway -n flex > my-gateway.svg
  flexgw diagram my-gateway -n flex -o my-gateway.png`,
		PreRunE: func(*cobra.Command, []string) error { return gatewaycli.CheckDiagramFile(file) },
	}, &f, func(ctx context.Context, t *gatewaycli.Tool, name string) error { return t.Diagram(ctx, name, file) })
	c.Flags().StringVarP(&file, "output", "o", "", "file that ends with .svg or .png (default: SVG to stdout)")
	return c
}
