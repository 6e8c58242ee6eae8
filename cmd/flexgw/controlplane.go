package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/localcluster"
)

func newControlPlaneCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "controlplane",
		Short: "Find or build the local Kubernetes control plane, and print its folder",
		Long: `Find the programs of the local Kubernetes control plane, or build them (once,
about eight minutes on two cores), and print the folder that has them. The folder
is one for KUBEBUILDER_ASSETS.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			assets, err := localcluster.FindAssets(c.Context(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), assets.Dir)
			return err
		},
	}
}
