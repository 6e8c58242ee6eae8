package demo

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/core"
)

// idsShown is how many resources of a kind the inventory names.
const idsShown = 2

// inventoryTable shows resources by service and kind.
func inventoryTable(list []core.Resource) []string {
	type group struct{ service, kind string }
	ids := map[group][]string{}
	var groups []group
	for _, r := range list {
		g := group{r.Service, r.Kind}
		if ids[g] == nil {
			groups = append(groups, g)
		}
		ids[g] = append(ids[g], shortID(r.ID))
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.kind, b.kind))
	})
	cells := [][]string{{"SERVICE", "NUMBER", "KIND", "ID"}}
	service := ""
	for _, g := range groups {
		shown := g.service
		if shown == service {
			shown = ""
		}
		service = g.service
		names := ids[g]
		text := strings.Join(names[:min(idsShown, len(names))], ", ")
		if len(names) > idsShown {
			text += ", ..."
		}
		cells = append(cells, []string{shown, strconv.Itoa(len(names)), g.kind, text})
	}
	return columns(cells)
}

// callTotals are the AWS calls so far, and how many of them AWS refused.
func callTotals(counts map[awssim.CallKey]int) (calls, refused int) {
	for key, n := range counts {
		calls += n
		if key.ErrorCode != "" {
			refused += n
		}
	}
	return calls, refused
}
