package plan

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// noon is when the plans of these tests are made.
var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func TestAStatusHasThePlanInShort(t *testing.T) {
	st := change().Status(7, noon)
	st.Steps = st.Steps[:2]
	want := &v1alpha1.PlanStatus{
		ObservedGeneration: 7, Time: metav1.Time{Time: noon}, Account: "123456789012", Region: "us-east-1",
		Summary: "1 to create, 1 to update, 1 to replace, 1 to restart, 1 to delete",
		Counts:  v1alpha1.PlanCounts{Create: 1, Update: 1, Replace: 1, Restart: 1, Delete: 1},
		Steps: []v1alpha1.PlanStep{
			{Order: 1, Action: "create", Kind: "APIInstance", Name: "health-check", Phase: "Compute", Details: []string{"it was there before, and is gone"}},
			{Order: 2, Action: "replace", Kind: "TaskDefinition", Name: "gateway", Phase: "Compute", Details: []string{"image: a:1 -> a:2"}},
		},
		MonthlyCost: &v1alpha1.PlanCost{Currency: "USD", Before: "60.17", After: "167.89", PricesDated: "2025-06"},
	}
	if diff := cmp.Diff(want, st); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
}

func TestAPlanWithoutStepsSaysSoAndOneWithoutPricesHasNoCost(t *testing.T) {
	st := Of(Input{Kind: KindChange, After: gateway(1), Report: &engine.Report{}, Region: "ap-south-1"}).Status(1, noon)
	if st.Summary != "nothing to do" || st.MonthlyCost != nil {
		t.Errorf("status %+v", st)
	}
}

func TestAPlanThatCouldNotBeMadeDoesNotSayThatThereIsNothingToDo(t *testing.T) {
	st := Failed(KindChange, gateway(1), "AnypointCredentialsMissing", "there is no Secret flex/not-there").Status(1, noon)
	if st.Summary != "there is no plan" || len(st.Problems) != 1 {
		t.Errorf("status %+v", st)
	}
}

func TestAStatusIsBoundedAndSaysHowMuchIsLeftOut(t *testing.T) {
	p := &Plan{Summary: map[Action]int{ActionUpdate: 60}}
	for i := range 60 {
		s := Step{Action: ActionUpdate, Kind: "Thing", Name: fmt.Sprint(i)}
		for field := range 9 {
			s.Changes = append(s.Changes, Change{fmt.Sprintf("field%d", field), none, strings.Repeat("é", 5000)})
		}
		s.Changes[0].Field = strings.Repeat("f", 5000)
		p.Steps = append(p.Steps, s)
	}
	for range 25 {
		p.Problems = append(p.Problems, Note{Message: strings.Repeat("p", 5000)})
	}
	st := p.Status(1, noon)
	if len(st.Steps) != 50 || st.MoreSteps != 10 || len(st.Problems) != 10 || st.MoreProblems != 15 || st.Counts.Update != 60 {
		t.Errorf("%d steps and %d more, %d problems and %d more", len(st.Steps), st.MoreSteps, len(st.Problems), st.MoreProblems)
	}
	details := st.Steps[0].Details
	if len(details) != 5 || details[4] != "and 5 more" || len([]rune(details[0])) != 200 || !strings.HasSuffix(details[0], "...") {
		t.Errorf("details %q", details)
	}
	if n := len([]rune(st.Problems[0].Message)); n != 500 {
		t.Errorf("a message of %d characters", n)
	}
}

// TestTheBoundsAreThoseOfTheAPI fails where the API server would refuse a status.
func TestTheBoundsAreThoseOfTheAPI(t *testing.T) {
	text, err := os.ReadFile("../../api/v1alpha1/plan_types.go")
	if err != nil {
		t.Fatal(err)
	}
	for field, most := range map[string]int{"Steps": mostSteps, "Problems": mostProblems, "Details": mostDetails} {
		_, before, _ := strings.Cut(string(text), "MaxItems="+fmt.Sprint(most)+"\n")
		if declaration, _, _ := strings.Cut(before, "`json:"); !strings.Contains(declaration, "\t"+field+" []") {
			t.Errorf("the API does not bound %s by %d", field, most)
		}
	}
}
