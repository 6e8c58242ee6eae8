package awssim

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/google/go-cmp/cmp"
)

var gatewayTarget = aws.String("service/gateways/gateway")

// scale has the gateway's service follow its CPU between 2 and 6 tasks, and have 5 at least from
// noon on.
func (g *gatewayLife) scale() {
	client := scaling.NewFromConfig(g.aws)
	done[*scaling.RegisterScalableTargetOutput](g.t)(client.RegisterScalableTarget(g.ctx, &scaling.RegisterScalableTargetInput{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount, ResourceId: gatewayTarget,
		MinCapacity: aws.Int32(2), MaxCapacity: aws.Int32(6), Tags: map[string]string{"owner": "us"},
	}))
	done[*scaling.PutScalingPolicyOutput](g.t)(client.PutScalingPolicy(g.ctx, &scaling.PutScalingPolicyInput{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount, ResourceId: gatewayTarget,
		PolicyName: aws.String("cpu"), PolicyType: types.PolicyTypeTargetTrackingScaling,
		TargetTrackingScalingPolicyConfiguration: &types.TargetTrackingScalingPolicyConfiguration{
			TargetValue:                   aws.Float64(50),
			PredefinedMetricSpecification: &types.PredefinedMetricSpecification{PredefinedMetricType: types.MetricTypeECSServiceAverageCPUUtilization},
		},
	}))
	done[*scaling.PutScheduledActionOutput](g.t)(client.PutScheduledAction(g.ctx, &scaling.PutScheduledActionInput{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount, ResourceId: gatewayTarget,
		ScheduledActionName: aws.String("noon"), Schedule: aws.String("cron(0 12 * * ? *)"), ScalableTargetAction: &types.ScalableTargetAction{MinCapacity: aws.Int32(5)},
	}))
}

// busy gives the gateway work through the admin API.
func busy(t *testing.T, s *Sim, body string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPut, "/_awssim/demand", strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:1"
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, r)
	return answer.Body.String()
}

// counts are the desired and the running tasks of the gateway.
func (g *gatewayLife) counts(s *Sim) [2]int32 {
	g.t.Helper()
	v := g.look(s).Services[0]
	return [2]int32{v.DesiredCount, v.RunningCount}
}

func TestAServiceFollowsItsWorkAndItsScheduleAlsoInASavedWorld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Options{Settings: lively(), Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		g := newGatewayLife(t, s)
		g.create()
		g.scale()
		if answer := busy(t, s, `{"service":"gateway","cpu":190,"memory":10}`); !strings.Contains(answer, `"cpu": 190`) {
			t.Fatalf("the work: %s", answer)
		}
		time.Sleep(2 * time.Minute) // two of three data points
		again := loaded(t, saved(t, s))
		time.Sleep(8 * time.Minute)
		for name, sim := range map[string]*Sim{"saved": s, "loaded": again} {
			if diff := cmp.Diff([2]int32{4, 4}, g.counts(sim)); diff != "" {
				t.Errorf("%s: desired and running with work (-want +got):\n%s", name, diff)
			}
		}
		time.Sleep(12 * time.Hour)
		for name, sim := range map[string]*Sim{"saved": s, "loaded": again} {
			if diff := cmp.Diff([2]int32{5, 5}, g.counts(sim)); diff != "" {
				t.Errorf("%s: desired and running after noon (-want +got):\n%s", name, diff)
			}
		}
	})
}

func TestWorkOfNoServiceOrLessThanNoneIsRefused(t *testing.T) {
	s := newTestSim(t)
	for body, want := range map[string]string{
		`{"service":"gateway","cpu":1}`:     `there is no service \"gateway\" that is active`,
		`{"service":"gateway","cpu":-1}`:    "less than no work",
		`{"service":"gateway","speed":100}`: "is not the work of a service",
	} {
		if answer := busy(t, s, body); !strings.Contains(answer, want) {
			t.Errorf("%s: %s, want %q", body, answer, want)
		}
	}
}

func TestWhoScalesMustBeAllowedWhatItTakes(t *testing.T) {
	s := newTestSim(t)
	asks := asked(s, "application-autoscaling", "RegisterScalableTarget", &scaling.RegisterScalableTargetInput{
		ServiceNamespace: types.ServiceNamespaceEcs, ResourceId: gatewayTarget, Tags: map[string]string{"a": "b"},
	})
	want := []string{
		"application-autoscaling:RegisterScalableTarget arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/*",
		"application-autoscaling:TagResource arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/*",
		"ecs:DescribeServices arn:aws:ecs:us-east-1:123456789012:service/gateways/gateway",
		"ecs:UpdateService arn:aws:ecs:us-east-1:123456789012:service/gateways/gateway",
		"iam:CreateServiceLinkedRole arn:aws:iam::123456789012:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
	}
	if diff := cmp.Diff(want, asks); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	enforce(t, s, policyOf(`{"Effect":"Allow","Action":"application-autoscaling:*","Resource":"*"}`))
	client := scaling.NewFromConfig(config(s, "us-east-1", "test"))
	_, err := client.RegisterScalableTarget(t.Context(), &scaling.RegisterScalableTargetInput{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount, ResourceId: gatewayTarget,
		MinCapacity: aws.Int32(1), MaxCapacity: aws.Int32(2),
	})
	if err == nil || !strings.Contains(err.Error(), "ValidationException: User is missing the following permissions: ecs:DescribeServices") {
		t.Errorf("without permissions for ECS: %v", err)
	}
	enforce(t, s, policyOf(`{"Effect":"Allow","Action":"ecs:*","Resource":"*"}`))
	if _, err := client.DescribeScalableTargets(t.Context(), &scaling.DescribeScalableTargetsInput{ServiceNamespace: types.ServiceNamespaceEcs}); codeOf(err) != "AccessDeniedException" {
		t.Errorf("without permissions for Application Auto Scaling: %v", err)
	}
}
