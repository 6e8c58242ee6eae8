// Command series reads PromQL expressions, each a JSON string, and writes for each the
// metrics that it selects as a line of JSON: [{"metric": name, "labels": [names]}]. The
// labels are those that the selector matches and that what is around it groups or joins by.
// It fails at the first expression that Prometheus does not take.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

type selected struct {
	Metric string   `json:"metric"`
	Labels []string `json:"labels"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	expressions, answers := json.NewDecoder(in), json.NewEncoder(out)
	promql := parser.NewParser(parser.Options{})
	for {
		var text string
		if err := expressions.Decode(&text); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		tree, err := promql.ParseExpr(text)
		if err != nil {
			return fmt.Errorf("%s\n%w", text, err)
		}
		if err := answers.Encode(selectors(tree)); err != nil {
			return err
		}
	}
}

// selectors are the selectors of an expression.
func selectors(tree parser.Expr) []selected {
	all := []selected{}
	parser.Inspect(tree, func(node parser.Node, above []parser.Node) error {
		if v, is := node.(*parser.VectorSelector); is {
			all = append(all, selected{v.Name, labelsOf(v, above)})
		}
		return nil
	})
	return all
}

func labelsOf(v *parser.VectorSelector, above []parser.Node) []string {
	names := []string{}
	for i, node := range above {
		switch n := node.(type) {
		case *parser.AggregateExpr:
			if !n.Without {
				names = append(names, n.Grouping...)
			}
		case *parser.BinaryExpr:
			if n.Op.IsSetOperator() && n.Op != parser.LOR && isUnder(n.RHS, v, above[i:]) {
				names = nil // "and" and "unless" let through what is on their left, as it is there
			}
			if n.VectorMatching != nil && n.VectorMatching.On {
				names = append(names, n.VectorMatching.MatchingLabels...)
			}
		}
	}
	for _, m := range v.LabelMatchers {
		if m.Name != labels.MetricName {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(slices.DeleteFunc(names, func(name string) bool { return name == "le" }))
}

// isUnder is true where the way from a node down to a selector leads over side.
func isUnder(side parser.Expr, v *parser.VectorSelector, way []parser.Node) bool {
	return side == parser.Expr(v) || len(way) > 1 && way[1] == parser.Node(side)
}
