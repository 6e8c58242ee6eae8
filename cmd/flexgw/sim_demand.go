package main

import (
	"fmt"
	"io"
	"net/http"
	"path"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/awssim/ecs"
)

// serviceDemand is the work of one ECS service, as the simulator tells it.
type serviceDemand struct {
	Service string `json:"service"`
	ecs.Demand
}

func newSimDemandCommand(f *simFlags) *cobra.Command {
	var d ecs.Demand
	c := &cobra.Command{
		Use:   "demand [SERVICE]",
		Short: "Say how much work an ECS service has, for its autoscaling",
		Long: `Say how much work an ECS service has, by its name or ARN, or list the work of all. The
unit is what one replica can do: with --cpu 250, two replicas have 100% CPU utilization each,
five have 50%. What is not given is no work. Requests that really flow do not count.`,
		Example: `  flexgw sim demand flex-gw-demo-dev-01-1a2b3c-Service --cpu 250
  flexgw sim demand`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, services []string) error {
			method, body := http.MethodGet, any(nil)
			if len(services) == 1 {
				method, body = http.MethodPut, serviceDemand{Service: services[0], Demand: d}
			} else if c.Flags().Changed("cpu") || c.Flags().Changed("memory") {
				return fmt.Errorf("whose work? Give the name of a service")
			}
			answer, err := f.ask(c.Context(), method, "demand", body)
			if err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f, answer, demandTable)
		},
	}
	c.Flags().Float64Var(&d.CPU, "cpu", 0, "CPU that the work takes, in percent of one replica's")
	c.Flags().Float64Var(&d.Memory, "memory", 0, "memory that the work takes, in percent of one replica's")
	return c
}

func demandTable(w io.Writer, list []serviceDemand) {
	if len(list) == 0 {
		fmt.Fprintln(w, "No service has work.")
		return
	}
	fmt.Fprintln(w, "SERVICE\tCPU\tMEMORY")
	for _, d := range list {
		fmt.Fprintf(w, "%s\t%g%%\t%g%%\n", path.Base(d.Service), d.CPU, d.Memory)
	}
}
