package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/awssim"
)

func newSimFaultAddCommand(f *simFlags) *cobra.Command {
	var fault awssim.Fault
	var cut string
	var last time.Duration
	c := &cobra.Command{
		Use:   "add",
		Short: "Make calls fail, lose their connections or be late",
		Long: `Make calls fail, lose their connections or be late. Without flags, all calls fail with
InternalFailure. A fault of the same name is replaced. Times are the simulator's.`,
		Example: `  flexgw sim fault add --rate 0.3
  flexgw sim fault add --name storm --code ThrottlingException --service ecs --for 10m
  flexgw sim fault add --operation "Create*" --cut after --times 1
  flexgw sim fault add --latency 5s`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if fault.Rate <= 0 { // which the simulator would take for one that is not given
				return fmt.Errorf("--rate %g: want more than 0 and at most 1", fault.Rate)
			}
			fault.Cut = awssim.Cut(cut)
			if last != 0 {
				now, err := f.now(c)
				if err != nil {
					return err
				}
				fault.Until = now.Add(last)
			}
			answer, err := f.ask(c.Context(), http.MethodPost, "faults", fault)
			if err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f, answer, func(w io.Writer, set awssim.Fault) { faultsTable(w, []awssim.Fault{set}) })
		},
	}
	c.Flags().StringVar(&fault.Name, "name", "", "name of the fault (default: one is given)")
	c.Flags().StringVar(&fault.Service, "service", "", "service, such as ecs (default: all)")
	c.Flags().StringVar(&fault.Operation, "operation", "", `operation, or a pattern such as "Describe*" (default: all)`)
	c.Flags().Float64Var(&fault.Rate, "rate", 1, "part of the calls that fail, more than 0 and at most 1")
	c.Flags().StringVar(&fault.Code, "code", "", "AWS's error code")
	c.Flags().StringVar(&fault.Message, "message", "", "sentence of the error (default: AWS's)")
	c.Flags().IntVar(&fault.Status, "status", 0, "HTTP status (default: the one that belongs to the code)")
	c.Flags().DurationVar(&fault.Latency, "latency", 0, "how much longer calls take")
	c.Flags().StringVar(&cut, "cut", "", "close the connection: before the call has its effect, or after")
	c.Flags().IntVar(&fault.Times, "times", 0, "how many calls it strikes at most (default: no limit)")
	c.Flags().DurationVar(&last, "for", 0, "how long it lasts (default: until it is cleared)")
	return c
}

// now is the simulator's time.
func (f *simFlags) now(c *cobra.Command) (time.Time, error) {
	answer, err := f.ask(c.Context(), http.MethodGet, "settings", nil)
	if err != nil {
		return time.Time{}, err
	}
	var settings simSettings
	err = json.Unmarshal(answer, &settings)
	return settings.Now, err
}

func faultsTable(w io.Writer, list []awssim.Fault) {
	if len(list) == 0 {
		fmt.Fprintln(w, "No faults.")
		return
	}
	fmt.Fprintln(w, "NAME\tSERVICE\tOPERATION\tRATE\tEFFECT\tTIMES\tUNTIL\tSTRUCK")
	for _, f := range list {
		rate, times, until := cmp.Or(f.Rate, 1), "-", "-"
		if f.Times > 0 {
			times = fmt.Sprint(f.Times)
		}
		if !f.Until.IsZero() {
			until = f.Until.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%g\t%s\t%s\t%s\t%d\n", f.Name, cmp.Or(f.Service, "all"), cmp.Or(f.Operation, "all"), rate, effect(f), times, until, f.Struck)
	}
}

// effect says what a fault does to a call.
func effect(f awssim.Fault) string {
	var parts []string
	if f.Latency > 0 {
		parts = append(parts, "+"+f.Latency.String())
	}
	if f.Code != "" || f.Message != "" {
		parts = append(parts, cmp.Or(f.Code, "InternalFailure"))
	}
	if f.Status != 0 {
		parts = append(parts, fmt.Sprint(f.Status))
	}
	if f.Cut != "" {
		parts = append(parts, "cut "+string(f.Cut))
	}
	if len(parts) == 0 {
		return "InternalFailure"
	}
	return strings.Join(parts, " ")
}
