package main

import (
	"strings"
	"testing"
)

func TestSimTellsAndRefusesWork(t *testing.T) {
	simulated(t)
	out, err := flexgw(t, "sim", "demand")
	says(t, out, err, `No service has work\.`)
	for _, test := range []struct{ command, says string }{
		{"sim demand --cpu 80", "whose work?"},
		{"sim demand gateway --cpu 80", `no service "gateway" that is active`},
		{"sim demand gateway --cpu -1", "less than no work"},
	} {
		t.Run(test.command, func(t *testing.T) {
			out, err := flexgw(t, strings.Fields(test.command)...)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, output %q; want %q", err, out, test.says)
			}
		})
	}
}
