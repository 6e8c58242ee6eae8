package demo

import (
	"errors"
	"fmt"
	"slices"

	"flexgw.io/controller/internal/awssim/core"
)

// verdict compares what was in AWS before the apply with what is there after the
// deletion.
type verdict struct {
	before, after int
	// left are resources that were not there before.
	left []core.Resource
	// missing are resources that were there before and should have been left alone.
	missing []core.Resource
}

// errLeftovers is the demonstration's error where AWS is not as it was.
var errLeftovers = errors.New("AWS is not as it was before")

func judge(before, after []core.Resource) verdict {
	return verdict{
		before: len(before), after: len(after),
		left: without(after, before), missing: without(before, after),
	}
}

// without are the resources of list that are not in other.
func without(list, other []core.Resource) []core.Resource {
	var rest []core.Resource
	for _, r := range list {
		same := func(o core.Resource) bool {
			return r.Account == o.Account && r.Region == o.Region && r.Service == o.Service && r.Kind == o.Kind && r.ID == o.ID
		}
		if !slices.ContainsFunc(other, same) {
			rest = append(rest, r)
		}
	}
	return rest
}

// err is nil where AWS is as it was.
func (v verdict) err() error {
	if len(v.left) == 0 && len(v.missing) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s left behind, %d missing", errLeftovers, count(len(v.left), "resource"), len(v.missing))
}

// lines are the verdict for people.
func (v verdict) lines() []string {
	lines := []string{fmt.Sprintf("in AWS before the apply: %s; after the deletion: %s", count(v.before, "resource"), count(v.after, "resource"))}
	for _, r := range v.left {
		lines = append(lines, "LEFT BEHIND  "+describe(r))
	}
	for _, r := range v.missing {
		lines = append(lines, "MISSING      "+describe(r))
	}
	if v.err() == nil {
		return append(lines, "Nothing was left behind, and nothing else was touched: AWS is as it was.")
	}
	return append(lines, "AWS is NOT as it was.")
}

func describe(r core.Resource) string {
	return fmt.Sprintf("%s %s %s %s", r.Service, r.Kind, r.ID, r.State)
}
