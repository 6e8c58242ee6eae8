package main

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"
)

// asker sends requests to the admin API of one of the simulators.
type asker interface {
	ask(ctx context.Context, method, page string, body any) ([]byte, error)
}

// newSimListCommand lists a page of a simulator, as a table or as it is.
func newSimListCommand[Page any](f *simFlags, sim asker, page, short string, table func(io.Writer, Page)) *cobra.Command {
	return &cobra.Command{
		Use:   page,
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			answer, err := sim.ask(c.Context(), http.MethodGet, page, nil)
			if err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f, answer, table)
		},
	}
}

// newSimFaultCommand sets faults of a simulator with add, and ends them.
func newSimFaultCommand(sim asker, add *cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: "fault", Short: "Make calls fail, or let them be", Args: cobra.NoArgs}
	c.AddCommand(add, &cobra.Command{
		Use:   "clear [NAME]",
		Short: "End the fault of this name, or all",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, names []string) error {
			page := "faults"
			for _, name := range names {
				page += "/" + url.PathEscape(name)
			}
			_, err := sim.ask(c.Context(), http.MethodDelete, page, nil)
			return err
		},
	})
	return c
}
