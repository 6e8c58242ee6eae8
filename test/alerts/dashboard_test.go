package alerts_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flexgw.io/controller/test/alerts/promql"
)

func TestPrometheusTakesEveryExpressionOfTheDashboard(t *testing.T) {
	panels, err := promql.Panels(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(panels) < 20 {
		t.Fatalf("the dashboard has %d expressions: it was not read", len(panels))
	}
	for _, p := range panels {
		if strings.Contains(p.Text, "$") {
			t.Errorf("%s has a variable that the dashboard does not: %s", p.Where, p.Text)
		}
	}
	if _, err := tools.Selectors(t.Context(), panels); err != nil {
		t.Error(err)
	}
	if _, err := tools.Selectors(t.Context(), []promql.Expression{{Text: "sum by (rate(x))"}}); err == nil {
		t.Error("nonsense was taken: nothing is checked here")
	}
}

func TestTheDashboardsPanelsHaveTheirPlaceAndTheirSource(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, promql.Dashboard))
	if err != nil {
		t.Fatal(err)
	}
	type place struct{ X, Y, W, H int }
	var dashboard struct {
		Panels []struct {
			ID          int
			Title, Type string
			Description string
			GridPos     place
			Datasource  struct{ UID string }
		}
		Templating struct{ List []struct{ Name string } }
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	variables := map[string]bool{"__rate_interval": true}
	for _, v := range dashboard.Templating.List {
		variables[v.Name] = true
	}
	for _, match := range regexp.MustCompile(`\$\{?([a-z_]+)`).FindAllStringSubmatch(string(text), -1) {
		if name := match[1]; !variables[name] && name != "__all" {
			t.Errorf("there is no variable %s", name)
		}
	}
	ids, taken := map[int]bool{}, map[[2]int]string{}
	for _, p := range dashboard.Panels {
		if ids[p.ID] {
			t.Errorf("there are two panels %d", p.ID)
		}
		ids[p.ID] = true
		if p.Type != "row" && p.Datasource.UID != "${datasource}" {
			t.Errorf("%s reads %q, want the variable", p.Title, p.Datasource.UID)
		}
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, is := taken[[2]int{x, y}]; is || x >= 24 {
					t.Fatalf("%s lies on %q or beside the grid", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}
