package main

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/core"
)

func inventoryTable(w io.Writer, list []core.Resource) {
	if len(list) == 0 {
		fmt.Fprintln(w, "Nothing has been made.")
		return
	}
	fmt.Fprintln(w, "ACCOUNT\tREGION\tSERVICE\tKIND\tSTATE\tID")
	for _, r := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Account, cmp.Or(r.Region, "-"), r.Service, r.Kind, cmp.Or(r.State, "-"), r.ID)
	}
}

func newSimCallsCommand(f *simFlags) *cobra.Command {
	var service, operation string
	var failed bool
	var limit int
	c := &cobra.Command{
		Use:   "calls",
		Short: "List the latest calls: when, what, how it ended, from whom",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			query := url.Values{"service": {service}, "operation": {operation}}
			if failed {
				query.Set("failed", "true")
			}
			if limit != 0 {
				query.Set("limit", strconv.Itoa(limit))
			}
			answer, err := f.ask(c.Context(), http.MethodGet, "calls?"+query.Encode(), nil)
			if err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f, answer, callsTable)
		},
	}
	c.Flags().StringVar(&service, "service", "", "only of this service, such as ecs")
	c.Flags().StringVar(&operation, "operation", "", `only of this operation, or of a pattern such as "Describe*"`)
	c.Flags().BoolVar(&failed, "failed", false, "only those that failed")
	c.Flags().IntVar(&limit, "limit", 50, "the latest so many, 0 for all")
	return c
}

func callsTable(w io.Writer, list []awssim.CallRecord) {
	if len(list) == 0 {
		fmt.Fprintln(w, "No calls.")
		return
	}
	fmt.Fprintln(w, "TIME\tSERVICE\tOPERATION\tOUTCOME\tTOOK\tFAULT\tREGION\tPRINCIPAL")
	for _, r := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%v\t%s\t%s\t%s\n", r.Time.UTC().Format(time.RFC3339), r.Service, cmp.Or(r.Operation, "-"), cmp.Or(r.ErrorCode, "ok"),
			r.Duration.Round(time.Millisecond), cmp.Or(r.Fault, "-"), r.Region, cmp.Or(r.Principal, "-"))
	}
}
