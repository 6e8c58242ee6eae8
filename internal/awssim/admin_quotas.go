package awssim

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// quotaNames are all quotas that the services hold to.
func quotaNames() []string {
	var names []string
	for name := range core.DefaultQuotas() {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}

// changedQuotas is what the quotas become; those in force are not touched.
func changedQuotas(now, changed map[core.Quota]int) (map[core.Quota]int, error) {
	quotas := maps.Clone(now)
	if quotas == nil && len(changed) > 0 {
		quotas = map[core.Quota]int{}
	}
	known := quotaNames()
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		if !slices.Contains(known, string(name)) {
			return nil, fmt.Errorf("quotas: there is no %q: they are %s", name, strings.Join(known, ", "))
		}
		if changed[name] < 0 {
			return nil, fmt.Errorf("quotas: %s: %d is less than nothing; 0 is no limit", name, changed[name])
		}
		quotas[name] = changed[name]
	}
	return quotas, nil
}
