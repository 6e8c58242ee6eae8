package gatewaycli

import (
	"context"

	"flexgw.io/controller/internal/gatewayview"
)

// Resources tells the resources of a gateway as a list, in one of ResourceFormats.
func (t *Tool) Resources(ctx context.Context, name, format string) error {
	gw, err := t.Get(ctx, name)
	if err != nil {
		return err
	}
	switch format {
	case FormatText, FormatWide:
		t.Screen.SayAll(gatewayview.ResourceTable(gw, format == FormatWide, t.Now()))
	case FormatARN:
		for _, arn := range gatewayview.ARNs(gw) {
			t.Screen.Say("%s", arn)
		}
	default:
		resources := gatewayview.Resources(gw)
		if resources == nil {
			resources = []gatewayview.Resource{} // a list, and not null
		}
		return t.encode(resources, format)
	}
	return t.Screen.Err()
}

// Tree tells the resources of a gateway as a tree, with links or without, in one of
// TextFormats; JSON and YAML always have the links.
func (t *Tool) Tree(ctx context.Context, name, format string, links bool) error {
	gw, err := t.Get(ctx, name)
	if err != nil {
		return err
	}
	tree := gatewayview.Tree(gw)
	if format != FormatText {
		return t.encode(tree, format)
	}
	t.Screen.SayAll(gatewayview.TreeLines(tree, links, t.Now()))
	return t.Screen.Err()
}
