package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/awssim/ecs"
)

func newSimTroublesCommand(f *simFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "troubles",
		Short: "List the troubles of Fargate that are in force",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			answer, err := f.ask(c.Context(), http.MethodGet, "troubles", nil)
			if err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f, answer, troublesTable)
		},
	}
}

func newSimTroubleCommand(f *simFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "trouble",
		Short: "Bring Fargate into trouble, or out of it",
		Args:  cobra.NoArgs,
	}
	end := &cobra.Command{
		Use:   "clear",
		Short: "End all troubles of Fargate",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := f.ask(c.Context(), http.MethodDelete, "troubles", nil)
			return err
		},
	}
	c.AddCommand(newSimTroubleAddCommand(f), end)
	return c
}

func newSimTroubleAddCommand(f *simFlags) *cobra.Command {
	var more ecs.Troubles
	c := &cobra.Command{
		Use:   "add",
		Short: "Lose a zone, or let tasks fail to start, crash or never become healthy",
		Long: `Lose a zone, or let tasks fail to start, crash or never become healthy. This adds to the
troubles that are in force. An image is named by any part of its name.`,
		Example: `  flexgw sim trouble add --zone-out us-east-1a
  flexgw sim trouble add --capacity-gone
  flexgw sim trouble add --never-healthy flex-gateway:1.13`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().NFlag() == 0 {
				return fmt.Errorf("which trouble? Give at least one of the flags")
			}
			answer, err := f.ask(c.Context(), http.MethodGet, "troubles", nil)
			if err != nil {
				return err
			}
			var all ecs.Troubles
			if err := json.Unmarshal(answer, &all); err != nil {
				return err
			}
			if answer, err = f.ask(c.Context(), http.MethodPut, "troubles", both(all, more)); err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f, answer, troublesTable)
		},
	}
	c.Flags().StringSliceVar(&more.ZonesOut, "zone-out", nil, "availability zone in which no task runs")
	c.Flags().BoolVar(&more.CapacityGone, "capacity-gone", false, "no task starts")
	c.Flags().BoolVar(&more.SpotGone, "spot-gone", false, "no task starts on Fargate Spot")
	c.Flags().StringSliceVar(&more.PullFails, "pull-fails", nil, "image that cannot be pulled")
	c.Flags().StringSliceVar(&more.Crash, "crash", nil, "image whose containers end with code 1")
	c.Flags().StringSliceVar(&more.NeverHealthy, "never-healthy", nil, "image of gateways that never become healthy")
	c.Flags().StringSliceVar(&more.Slow, "slow", nil, "image of gateways that answer five seconds late")
	return c
}

// both are the troubles of either.
func both(a, b ecs.Troubles) ecs.Troubles {
	union := func(a, b []string) []string { return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b)))) }
	return ecs.Troubles{
		ZonesOut: union(a.ZonesOut, b.ZonesOut), CapacityGone: a.CapacityGone || b.CapacityGone, SpotGone: a.SpotGone || b.SpotGone,
		PullFails: union(a.PullFails, b.PullFails), Crash: union(a.Crash, b.Crash), NeverHealthy: union(a.NeverHealthy, b.NeverHealthy),
		Slow: union(a.Slow, b.Slow),
	}
}

func troublesTable(w io.Writer, t ecs.Troubles) {
	rows := 0
	row := func(trouble string, of []string) {
		if len(of) > 0 {
			fmt.Fprintf(w, "%s\t%s\n", trouble, strings.Join(of, ", "))
			rows++
		}
	}
	row("zones out", t.ZonesOut)
	if t.CapacityGone {
		row("capacity gone", []string{"everywhere"})
	}
	if t.SpotGone {
		row("capacity gone", []string{"Fargate Spot"})
	}
	row("pulls fail", t.PullFails)
	row("containers crash", t.Crash)
	row("never healthy", t.NeverHealthy)
	row("slow answers", t.Slow)
	if rows == 0 {
		fmt.Fprintln(w, "No troubles.")
	}
}

func newSimInterruptCommand(f *simFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "interrupt TASK",
		Short: "Interrupt a task on Fargate Spot, with two minutes' warning",
		Long: `Interrupt a task on Fargate Spot, by its id or ARN, as AWS does when it needs the capacity:
an event warns, the task leaves its load balancer, and its containers get SIGTERM.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, tasks []string) error {
			id := tasks[0][strings.LastIndex(tasks[0], "/")+1:]
			_, err := f.ask(c.Context(), http.MethodPost, "tasks/"+url.PathEscape(id)+"/interrupt", nil)
			return err
		},
	}
}

func newSimKillCommand(f *simFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "kill TASK",
		Short: "Lose a task, as the failure of the machine below it does",
		Long: `Lose a task, by its id or ARN, as the failure of the machine below it does: its containers
hear nothing, and their connections are gone.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, tasks []string) error {
			id := tasks[0][strings.LastIndex(tasks[0], "/")+1:]
			_, err := f.ask(c.Context(), http.MethodPost, "tasks/"+url.PathEscape(id)+"/kill", nil)
			return err
		},
	}
}
