package demo

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/terminal"
)

// inventoryTable shows resources by service and kind.
func inventoryTable(list []core.Resource) []string {
	cells := [][]string{{"SERVICE", "NUMBER", "KIND", "STATE", "ID"}}
	service := ""
	for _, group := range byKind(list) {
		first := group[0]
		name := first.Service
		if name == service {
			name = ""
		}
		service = first.Service
		ids := shortID(first.ID)
		if len(group) > 1 {
			ids += fmt.Sprintf(" and %d more", len(group)-1)
		}
		cells = append(cells, []string{name, strconv.Itoa(len(group)), first.Kind, states(group), ids})
	}
	return terminal.Columns(cells)
}

// byKind groups resources by service and kind.
func byKind(list []core.Resource) [][]core.Resource {
	sorted := slices.SortedFunc(slices.Values(list), func(a, b core.Resource) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	var groups [][]core.Resource
	for i, r := range sorted {
		if i == 0 || sorted[i-1].Service != r.Service || sorted[i-1].Kind != r.Kind {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], r)
	}
	return groups
}

// states says in which states the resources are, and how many where they differ.
func states(group []core.Resource) string {
	counts := map[string]int{}
	for _, r := range group {
		counts[r.State]++
	}
	names := slices.Sorted(maps.Keys(counts))
	if len(names) == 1 {
		return names[0]
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", counts[name], name)
	}
	return strings.Join(names, ", ")
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
