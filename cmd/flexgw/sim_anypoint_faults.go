package main

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/anypointsim"
)

func newAnypointFaultAddCommand(f *anypointFlags) *cobra.Command {
	var fault anypointsim.Fault
	var cut string
	c := &cobra.Command{
		Use:   "add",
		Short: "Make calls fail, lose their connections or be late",
		Long: `Make calls fail, lose their connections or be late. Without flags, all calls fail with 500.
A fault of the same name is replaced. Times are the simulator's; calls that hang are calls
that are an hour late.`,
		Example: `  flexgw sim anypoint fault add --operation ListGateways --latency 1h
  flexgw sim anypoint fault add --name limit --status 429
  flexgw sim anypoint fault add --operation CreateAPIInstance --cut after --times 1`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if fault.Rate <= 0 { // which the simulator would take for one that is not given
				return fmt.Errorf("--rate %g: want more than 0 and at most 1", fault.Rate)
			}
			fault.Cut = anypointsim.Cut(cut)
			answer, err := f.ask(c.Context(), http.MethodPost, "faults", fault)
			if err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f.simFlags, answer, func(w io.Writer, kept anypointsim.Fault) {
				anypointFaultsTable(w, []anypointsim.Fault{kept})
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&fault.Name, "name", "", "name of the fault (default: one is given)")
	flags.StringVar(&fault.Operation, "operation", "", `operation, such as ListGateways, or a pattern (default: all)`)
	flags.Float64Var(&fault.Rate, "rate", 1, "part of the calls that fail, more than 0 and at most 1")
	flags.IntVar(&fault.Status, "status", 0, "HTTP status of the refusal, 400 to 599")
	flags.StringVar(&fault.Message, "message", "", "sentence of the refusal")
	flags.DurationVar(&fault.Latency, "latency", 0, "how much longer calls take")
	flags.StringVar(&cut, "cut", "", "close the connection: before the call has its effect, or after")
	flags.IntVar(&fault.Times, "times", 0, "how many calls it strikes at most (default: no limit)")
	return c
}

func anypointFaultsTable(w io.Writer, list []anypointsim.Fault) {
	if len(list) == 0 {
		fmt.Fprintln(w, "No fault is set.")
		return
	}
	fmt.Fprintln(w, "NAME\tOPERATION\tRATE\tEFFECT\tTIMES\tSTRUCK")
	for _, f := range list {
		times := "-"
		if f.Times > 0 {
			times = strconv.Itoa(f.Times)
		}
		rate := strconv.FormatFloat(cmp.Or(f.Rate, 1), 'g', -1, 64)
		fmt.Fprintln(w, strings.Join([]string{f.Name, cmp.Or(f.Operation, "*"), rate, anypointEffect(f), times, strconv.Itoa(f.Struck)}, "\t"))
	}
}

// anypointEffect is what a fault does to a call.
func anypointEffect(f anypointsim.Fault) string {
	var effects []string
	if f.Latency > 0 {
		effects = append(effects, f.Latency.String()+" late")
	}
	switch {
	case f.Cut != "":
		effects = append(effects, "cut "+string(f.Cut))
	case f.Garble != "":
		effects = append(effects, "garbled: "+string(f.Garble))
	case f.Status != 0 || len(effects) == 0:
		effects = append(effects, strconv.Itoa(cmp.Or(f.Status, http.StatusInternalServerError)))
	}
	return strings.Join(effects, ", ")
}
