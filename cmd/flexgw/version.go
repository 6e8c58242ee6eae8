package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/version"
)

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), version.String(c.Root().Name()))
			return err
		},
	}
}
