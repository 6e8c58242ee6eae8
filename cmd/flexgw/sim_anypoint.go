package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/anypointsim"
)

// anypointFlags are the flags of all of "flexgw sim anypoint".
type anypointFlags struct {
	*simFlags
	at string
}

// ask sends a request to the simulated Anypoint Platform.
func (f *anypointFlags) ask(ctx context.Context, method, page string, body any) ([]byte, error) {
	at := simulator{url: f.at, flag: "--anypoint-url", variable: "ANYPOINT_ENDPOINT_URL", prefix: "/_anypointsim/", name: "simulated Anypoint Platform"}
	return at.ask(ctx, simTimeout, method, page, body)
}

func newSimAnypointCommand(sim *simFlags) *cobra.Command {
	f := &anypointFlags{simFlags: sim}
	c := &cobra.Command{
		Use:   "anypoint",
		Short: "Look into the simulated Anypoint Platform, and make it fail",
		Long: `Look into the simulated Anypoint Platform that "flexgw up" runs on this machine, and make it
fail. It is found by ANYPOINT_ENDPOINT_URL, which is in the file env that "flexgw up"
writes, or by --anypoint-url.`,
		Args: cobra.NoArgs,
	}
	c.PersistentFlags().StringVar(&f.at, "anypoint-url", "", "URL of the simulated Anypoint Platform (default: ANYPOINT_ENDPOINT_URL)")
	c.AddCommand(
		newSimListCommand(sim, f, "inventory", "List gateways, API instances and assets", anypointInventoryTable), newAnypointAwayCommand(f),
		newSimListCommand(sim, f, "faults", "List the faults that are set", anypointFaultsTable), newSimFaultCommand(f, newAnypointFaultAddCommand(f)))
	return c
}

func anypointInventoryTable(w io.Writer, list []anypointsim.Resource) {
	if len(list) == 0 {
		fmt.Fprintln(w, "Nothing has been made.")
		return
	}
	fmt.Fprintln(w, "KIND\tNAME\tSTATE\tID")
	for _, r := range list {
		fmt.Fprintln(w, strings.Join([]string{r.Kind, r.Name, r.State, r.ID}, "\t"))
	}
}

// aways are the words for how the platform is away.
var aways = map[string]anypointsim.Away{"refused": anypointsim.AwayRefused, "503": anypointsim.AwayUnavailable, "no": anypointsim.AwayNot}

func newAnypointAwayCommand(f *anypointFlags) *cobra.Command {
	return &cobra.Command{
		Use:       "away {refused|503|no}",
		Short:     "Take the platform away, or bring it back",
		Long:      "Take the platform away, so that connections are refused or all is answered by 503, or bring it back.",
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"refused", "503", "no"},
		RunE: func(c *cobra.Command, args []string) error {
			if _, err := f.ask(c.Context(), http.MethodPatch, "settings", map[string]any{"away": aways[args[0]]}); err != nil {
				return err
			}
			state := map[string]string{"refused": "refuses connections", "503": "answers 503", "no": "is there"}[args[0]]
			_, err := fmt.Fprintln(c.OutOrStdout(), "The Anypoint Platform "+state+".")
			return err
		},
	}
}
