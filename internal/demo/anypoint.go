package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/terminal"
)

// platform waits until all replicas are connected to the Anypoint Platform, and shows
// what a person would find there.
func (d *demo) platform(ctx context.Context) error {
	if d.stack.Anypoint() == nil {
		d.screen.block("Not here: the gateway names no organization in the Anypoint Platform.")
		return nil
	}
	err := d.until(ctx, "all replicas to be connected to the Anypoint Platform", func() bool {
		return connected(d.story.gateway) >= d.story.gateway.Status.DesiredReplicas
	})
	if err != nil {
		return err
	}
	d.screen.block(platformTable(d.stack.Anypoint().Inventory())...)
	st := d.story.gateway.Status.Anypoint
	d.screen.blank()
	line := fmt.Sprintf("Gateway %s is %s there, with %s", st.GatewayID, st.Status, count(int(connected(d.story.gateway)), "connected replica"))
	if st.CertificateExpiresAt != nil {
		line += fmt.Sprintf("; its certificate expires on %s", st.CertificateExpiresAt.UTC().Format("2 January 2006"))
	}
	d.screen.block(line + ".")
	return nil
}

// platformTable shows what is in the Anypoint Platform.
func platformTable(list []anypointsim.Resource) []string {
	cells := [][]string{{"KIND", "NAME", "STATE", "ID"}}
	sorted := slices.SortedFunc(slices.Values(list), func(a, b anypointsim.Resource) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	for _, r := range sorted {
		cells = append(cells, []string{r.Kind, r.Name, r.State, r.ID})
	}
	return terminal.Columns(cells)
}

// proveThere says whether anything of the gateway is left in the Anypoint Platform, which
// was empty before the apply. It keeps the names of deleted gateways for a while; they are
// not counted.
func (d *demo) proveThere() error {
	if d.stack.Anypoint() == nil {
		return nil
	}
	left := d.stack.Anypoint().Inventory()
	if len(left) == 0 {
		d.screen.block(d.screen.Paint(terminal.Green, "Nothing was left behind in the Anypoint Platform."))
		return nil
	}
	d.screen.block(platformTable(left)...)
	return fmt.Errorf("%s left behind in the Anypoint Platform", count(len(left), "thing"))
}
