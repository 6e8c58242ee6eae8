package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// simFlags are the flags of all of "flexgw sim".
type simFlags struct {
	url    string
	output string
}

func newSimCommand() *cobra.Command {
	var f simFlags
	c := &cobra.Command{
		Use:   "sim",
		Short: "Look into the simulated AWS that runs on this machine, make it fail, stop it and save it",
		Long: `Look into the simulated AWS that "flexgw up" runs on this machine: what has been made
in it, and who has called it. Make its calls fail, and change what it takes its time for.
Stop and step its time, reset it, save it and load it.

The simulator is found by AWS_ENDPOINT_URL, which is in the file env that "flexgw up"
writes, or by --url.`,
		Args: cobra.NoArgs,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if f.output != "table" && f.output != "json" {
				return fmt.Errorf("--output %q: want table or json", f.output)
			}
			return nil
		},
	}
	c.PersistentFlags().StringVar(&f.url, "url", "", "URL of the simulated AWS (default: AWS_ENDPOINT_URL)")
	c.PersistentFlags().StringVarP(&f.output, "output", "o", "table", "table or json")
	c.AddCommand(
		newSimListCommand(&f, &f, "inventory", "List what users have made", inventoryTable),
		newSimCallsCommand(&f),
		newSimListCommand(&f, &f, "faults", "List the faults that are set", faultsTable),
		newSimFaultCommand(&f, newSimFaultAddCommand(&f)),
		newSimSettingsCommand(&f),
		newSimClockCommand(&f),
		newSimResetCommand(&f),
		newSimSaveCommand(&f),
		newSimLoadCommand(&f),
		newSimTroublesCommand(&f),
		newSimTroubleCommand(&f),
		newSimKillCommand(&f),
		newSimDemandCommand(&f),
		newSimAlarmCommand(&f),
		newSimInterruptCommand(&f),
		newSimAnypointCommand(&f),
	)
	return c
}

// printAnswer writes the simulator's answer as it is, or as a table of the T in it.
func printAnswer[T any](out io.Writer, f *simFlags, answer []byte, table func(io.Writer, T)) error {
	if f.output == "json" {
		_, err := out.Write(answer)
		return err
	}
	var v T
	if err := json.Unmarshal(answer, &v); err != nil {
		return fmt.Errorf("the simulator answers what this program does not understand: %w", err)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	table(w, v)
	return w.Flush()
}
