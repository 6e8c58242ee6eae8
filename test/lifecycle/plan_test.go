package lifecycle

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/controllers"
	"flexgw.io/controller/internal/plan"
)

// planFor is the plan for a gateway as it is wanted, by the tool's own way. The call log
// proves that it writes nothing.
func (b *bench) planFor(kind plan.Kind, wanted *v1alpha1.FlexGatewayDeployment) *plan.Plan {
	b.t.Helper()
	return b.planAssuming(kind, wanted, nil)
}

// planAssuming is planFor with objects that are taken for granted.
func (b *bench) planAssuming(kind plan.Kind, wanted *v1alpha1.FlexGatewayDeployment, assume func(kind, name string) string) *plan.Plan {
	b.t.Helper()
	calls := len(b.sim.Calls())
	planner := controllers.Planner{Assume: assume, Reconciler: &controllers.Reconciler{
		Reader: b.kube, Cloud: b.reconciler.Cloud, Anypoint: b.reconciler.Anypoint, Clock: b.reconciler.Clock,
	}}
	look := planner.Plan
	if kind == plan.KindDeletion {
		look = planner.PlanDeletion
	}
	planned, err := look(b.t.Context(), wanted)
	b.must(err)
	for _, call := range b.sim.Calls()[calls:] {
		if !isRead(call.Operation) {
			b.t.Errorf("the plan has called %s %s", call.Service, call.Operation)
		}
	}
	if len(b.sim.Calls()) == calls {
		b.t.Error("the plan has not looked at anything")
	}
	return planned.Of(kind, b.get(wanted), wanted)
}

// sentences are a plan's steps in words.
func sentences(p *plan.Plan) string {
	var all []string
	for _, s := range p.Steps {
		var changes []string
		for _, c := range s.Changes {
			changes = append(changes, c.String())
		}
		all = append(all, fmt.Sprintf("%s %s %s", s.Action, s.Resource(), strings.Join(changes, "; ")))
	}
	return strings.Join(all, "\n")
}

func TestThePlanOfAChangeIsWhatTheControllerThenDoes(t *testing.T) {
	for _, test := range changesOfPlans {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				gw := gatewayNamed(t, "gw", nil)
				b.create(gw)
				b.untilReady(gw)
				b.untilQuiet(gw)
				wanted := b.get(gw)
				image := wanted.Spec.Image
				test.edit(&wanted.Spec)
				p := b.planFor(plan.KindChange, wanted)
				for _, part := range test.says {
					if part = strings.ReplaceAll(part, "IMAGE", image); !strings.Contains(sentences(p), part) {
						t.Errorf("the plan does not say %q:\n%s", part, sentences(p))
					}
				}
				since := len(b.sim.Calls())
				b.change(gw, test.edit)
				b.untilReady(gw)
				b.untilQuiet(gw)
				got := b.effects(since)
				if test.name == "replicas in steps" {
					once(got, "update Service")
				}
				if diff := cmp.Diff(promised(p), got); diff != "" {
					t.Errorf("effects (-planned +done):\n%s\n%s", diff, sentences(p))
				}
				if p.HasProblems() || p.HasChanges() != (test.says != nil) {
					t.Errorf("problems %v, changes %v", p.Problems, p.Summary)
				}
				if again := b.planFor(plan.KindDrift, b.get(gw)); again.HasChanges() {
					t.Errorf("drift after the change:\n%s", sentences(again))
				}
			})
		})
	}
}

func TestThePlanOfANewGatewayIsWhatTheControllerThenMakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", nil)
		b.writeRegistration(gw, registration)
		planned := gw.DeepCopy()
		planned.UID = types.UID("not the one that it will have")
		p := b.planFor(plan.KindChange, planned)
		since := len(b.sim.Calls())
		b.create(gw)
		b.untilReady(gw)
		b.untilQuiet(gw)
		if diff := cmp.Diff(promised(p), b.effects(since)); diff != "" {
			t.Errorf("effects (-planned +done):\n%s\n%s", diff, sentences(p))
		}
		if !p.New || p.HasProblems() || len(p.Summary) != 1 {
			t.Errorf("new %v, problems %v, summary %v", p.New, p.Problems, p.Summary)
		}
		order := map[string]int{}
		for _, s := range p.Steps {
			order[s.Resource()] = s.Order
		}
		if order["FileSystem/storage"] != 1 || order["MountTargets/storage"] != 3 || order["Service/gateway"] != slices.Max(slices.Collect(maps.Values(order))) {
			t.Errorf("order %v", order)
		}
		if p.Cost.Before.High != 0 || p.Cost.After.Low < 50 {
			t.Errorf("cost %s -> %s", p.Cost.Before, p.Cost.After)
		}
	})
}

func TestThePlanOfADeletionIsWhatTheControllerThenDeletes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.untilReady(gw)
		p := b.planFor(plan.KindDeletion, b.get(gw))
		since := len(b.sim.Calls())
		b.delete(gw)
		got := b.effects(since)
		delete(got, "update Service") // it is scaled to nothing before it goes
		if diff := cmp.Diff(promised(p), got); diff != "" {
			t.Errorf("effects (-planned +done):\n%s\n%s", diff, sentences(p))
		}
		if p.Cost.After.High != 0 || p.Cost.Before.Low < 50 || p.Summary[plan.ActionDelete] != len(p.Steps) {
			t.Errorf("cost %s -> %s, summary %v", p.Cost.Before, p.Cost.After, p.Summary)
		}
	})
}

func TestDriftIsWhatSomeoneHasChangedAndWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.untilReady(gw)
		group := b.idOf(gw, "SecurityGroup", "gateway")
		_, err := b.someone().EC2.DeleteTags(t.Context(), &ec2.DeleteTagsInput{Resources: []string{group}})
		b.must(err)
		_, err = b.someone().ECS.UpdateService(t.Context(), &ecs.UpdateServiceInput{
			Cluster: &gw.Spec.Compute.ClusterName, Service: aws.String(b.idOf(gw, "Service", "gateway")), DesiredCount: aws.Int32(3),
		})
		b.must(err)
		time.Sleep(10 * time.Minute)
		got := sentences(b.planFor(plan.KindDrift, b.get(gw)))
		for _, part := range []string{"update SecurityGroup/gateway tags.Name: none -> ", "update Service/gateway replicas: 3 -> 1"} {
			if !strings.Contains(got, part) {
				t.Errorf("no %q in\n%s", part, got)
			}
		}
	})
}

// readingPolicy is the policy in docs/plan.md.
func readingPolicy(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/plan.md")
	if err != nil {
		t.Fatal(err)
	}
	_, policy, _ := strings.Cut(string(text), "```json\n")
	policy, _, _ = strings.Cut(policy, "```")
	return policy
}

func TestAPlanNeedsNoMoreThanItsPolicyAllows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", nil)
		b.writeRegistration(gw, registration)
		plans := func(kind plan.Kind, wanted *v1alpha1.FlexGatewayDeployment) {
			b.must(b.sim.Enforce(readingPolicy(t)))
			p := b.planFor(kind, wanted)
			b.must(b.sim.Enforce())
			if p.HasProblems() {
				t.Errorf("%s: problems %v", kind, p.Problems)
			}
		}
		plans(plan.KindChange, gw)
		b.create(gw)
		b.untilReady(gw)
		for _, test := range changesOfPlans {
			wanted := b.get(gw)
			test.edit(&wanted.Spec)
			plans(plan.KindChange, wanted)
		}
		plans(plan.KindDeletion, b.get(gw))
	})
}
