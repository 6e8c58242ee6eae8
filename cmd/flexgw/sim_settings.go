package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// quotaPrefix begins the names of settings that are quotas.
const quotaPrefix = "quota."

// simSettings is the simulator's page of settings.
type simSettings struct {
	Now             time.Time             `json:"now"`
	Jitter          bool                  `json:"jitter"`
	ThrottleScale   float64               `json:"throttleScale"`
	ReadLag         simLatency            `json:"readLag"`
	EventDelay      simLatency            `json:"eventDelay"`
	EventDuplicates float64               `json:"eventDuplicates"`
	Latencies       map[string]simLatency `json:"latencies"`
	Quotas          map[string]int        `json:"quotas"`
}

type simLatency struct {
	P50 string `json:"p50,omitempty"`
	P95 string `json:"p95,omitempty"`
}

func newSimSettingsCommand(f *simFlags) *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use:   "settings",
		Short: "List the settings in force, or change some",
		Example: `  flexgw sim settings
  flexgw sim settings --set jitter=true --set efs.MountTarget.create=10m/20m
  flexgw sim settings --set throttleScale=0.1
  flexgw sim settings --set quota.elbv2.LoadBalancers=1`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			method, patch := http.MethodGet, any(nil)
			if len(set) > 0 {
				edit, err := settingsPatch(set)
				if err != nil {
					return err
				}
				method, patch = http.MethodPatch, edit
			}
			answer, err := f.ask(c.Context(), method, "settings", patch)
			if err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f, answer, settingsTable)
		},
	}
	c.Flags().StringArrayVar(&set, "set", nil, "NAME=VALUE: jitter=true, throttleScale=0.1, readLag=1s/3s, eventDelay=5s/3m, eventDuplicates=0.5, a quota (0 is no limit): quota.iam.Roles=100, or a latency's median and 95th percentile: api.call=1s/5s")
	return c
}

// settingsPatch is the body of a request that sets these. What has no name of
// its own is a quota or a latency; the simulator knows their names.
func settingsPatch(set []string) (map[string]any, error) {
	patch, latencies, quotas := map[string]any{}, map[string]simLatency{}, map[string]int{}
	for _, pair := range set {
		name, value, found := strings.Cut(pair, "=")
		if !found {
			return nil, fmt.Errorf("--set %s: want NAME=VALUE", pair)
		}
		var err error
		quota, isQuota := strings.CutPrefix(name, quotaPrefix)
		if isQuota {
			name = quotaPrefix
		}
		switch name {
		case quotaPrefix:
			quotas[quota], err = strconv.Atoi(value)
		case "jitter":
			patch[name], err = strconv.ParseBool(value)
		case "throttleScale", "eventDuplicates":
			patch[name], err = strconv.ParseFloat(value, 64)
		case "readLag", "eventDelay":
			patch[name] = simLatencyOf(value)
		default:
			latencies[name] = simLatencyOf(value)
		}
		if err != nil {
			return nil, fmt.Errorf("--set %s: %w", pair, err)
		}
	}
	if len(latencies) > 0 {
		patch["latencies"] = latencies
	}
	if len(quotas) > 0 {
		patch["quotas"] = quotas
	}
	return patch, nil
}

// simLatencyOf reads a median and a 95th percentile, such as 1s/5s.
func simLatencyOf(value string) simLatency {
	p50, p95, _ := strings.Cut(value, "/")
	return simLatency{P50: p50, P95: p95}
}

// settingsTable writes latencies in the form in which they are set.
func settingsTable(w io.Writer, s simSettings) {
	fmt.Fprintln(w, "SETTING\tVALUE")
	fmt.Fprintf(w, "now\t%s\n", s.Now.UTC().Format(time.RFC3339))
	fmt.Fprintf(w, "jitter\t%t\n", s.Jitter)
	fmt.Fprintf(w, "throttleScale\t%g\n", s.ThrottleScale)
	fmt.Fprintf(w, "readLag\t%s/%s\n", s.ReadLag.P50, s.ReadLag.P95)
	fmt.Fprintf(w, "eventDelay\t%s/%s\n", s.EventDelay.P50, s.EventDelay.P95)
	fmt.Fprintf(w, "eventDuplicates\t%g\n", s.EventDuplicates)
	for _, name := range slices.Sorted(maps.Keys(s.Latencies)) {
		fmt.Fprintf(w, "%s\t%s/%s\n", name, s.Latencies[name].P50, s.Latencies[name].P95)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Quotas)) {
		fmt.Fprintf(w, "%s%s\t%d\n", quotaPrefix, name, s.Quotas[name])
	}
}
