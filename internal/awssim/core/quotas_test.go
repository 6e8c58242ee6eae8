package core

import (
	"testing"

	"flexgw.io/controller/internal/clock"
)

func TestAQuotaIsExceededByOneMore(t *testing.T) {
	w := NewWorld(clock.Real{}, 1)
	defer w.Close()
	limit := DefaultQuotas()[LoadBalancers]
	for _, test := range []struct {
		name   string
		set    map[Quota]int
		amount int
		want   bool
	}{
		{"as many as AWS allows", DefaultQuotas(), limit, false},
		{"one more", DefaultQuotas(), limit + 1, true},
		{"a quota of zero", map[Quota]int{LoadBalancers: 0}, 1_000_000, false},
		{"no quotas", nil, 1_000_000, false},
	} {
		w.Do(func() {
			w.Settings.Quotas = test.set
			if got := w.Exceeds(LoadBalancers, test.amount); got != test.want {
				t.Errorf("%s: Exceeds(%d) = %v, want %v", test.name, test.amount, got, test.want)
			}
		})
	}
}
