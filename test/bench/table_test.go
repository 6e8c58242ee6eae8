package bench_test

import (
	"fmt"
	"io"
	"testing"
	"text/tabwriter"
)

// row is one line of the table.
type row struct{ what, goal, measured string }

// rows are what the benchmarks, which run one after the other, have measured.
var rows []row

// note puts a measurement into the table, and among the benchmark's own figures.
func note(b *testing.B, what, goal string, value float64, unit, format string) {
	b.Helper()
	b.ReportMetric(value, unit)
	rows = append(rows, row{what, goal, fmt.Sprintf(format, value)})
}

func printTable(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 1, ' ', tabwriter.Debug)
	fmt.Fprintln(table, "what\tgoal\tmeasured")
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.what, r.goal, r.measured)
	}
	// Nobody can be told that standard output is closed.
	_ = table.Flush()
}
