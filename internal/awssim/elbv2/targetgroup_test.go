package elbv2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestATargetGroupHasAWSsDefaults(t *testing.T) {
	inWorld(t, func(w *world) {
		tg := must(w, w.CreateTargetGroup, &sdk.CreateTargetGroupInput{
			Name: aws.String("tg"), Protocol: "TCP", Port: aws.Int32(8081), VpcId: aws.String("vpc-1"), TargetType: "ip",
		}).TargetGroups[0]
		want := types.TargetGroup{
			TargetGroupArn: tg.TargetGroupArn, TargetGroupName: aws.String("tg"), Protocol: "TCP", Port: aws.Int32(8081), VpcId: aws.String("vpc-1"),
			TargetType: "ip", IpAddressType: "ipv4", LoadBalancerArns: []string{},
			HealthCheckEnabled: aws.Bool(true), HealthCheckProtocol: "TCP", HealthCheckPort: aws.String("traffic-port"),
			HealthCheckIntervalSeconds: aws.Int32(30), HealthCheckTimeoutSeconds: aws.Int32(10),
			HealthyThresholdCount: aws.Int32(5), UnhealthyThresholdCount: aws.Int32(2),
		}
		if diff := cmp.Diff(want, tg, cmpopts.IgnoreUnexported(types.TargetGroup{})); diff != "" {
			t.Errorf("target group (-want +got):\n%s", diff)
		}
	})
}

func TestAnHTTPHealthCheckHasAPathAndAMatcher(t *testing.T) {
	inWorld(t, func(w *world) {
		in := targetGroupInput("tg")
		in.HealthCheckProtocol = types.ProtocolEnumHttp
		tg := must(w, w.CreateTargetGroup, in).TargetGroups[0]
		got := []any{*tg.HealthCheckPath, *tg.Matcher.HttpCode, *tg.HealthCheckTimeoutSeconds}
		if diff := cmp.Diff([]any{"/", "200-399", int32(6)}, got); diff != "" {
			t.Errorf("path, matcher, timeout (-want +got):\n%s", diff)
		}
		tg = must(w, w.ModifyTargetGroup, &sdk.ModifyTargetGroupInput{TargetGroupArn: tg.TargetGroupArn, HealthCheckProtocol: "TCP"}).TargetGroups[0]
		if tg.HealthCheckPath != nil || tg.Matcher != nil {
			t.Errorf("after the change to TCP path = %v, matcher = %v, want none", tg.HealthCheckPath, tg.Matcher)
		}
	})
}

func TestImpossibleTargetGroupsAreRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(*sdk.CreateTargetGroupInput)
		code   string
	}{
		{"instances", func(in *sdk.CreateTargetGroupInput) { in.TargetType = "instance" }, "NotImplemented"},
		{"no target type, which is instances", func(in *sdk.CreateTargetGroupInput) { in.TargetType = "" }, "NotImplemented"},
		{"HTTP", func(in *sdk.CreateTargetGroupInput) { in.Protocol = "HTTP" }, "NotImplemented"},
		{"no protocol", func(in *sdk.CreateTargetGroupInput) { in.Protocol = "" }, "ValidationError"},
		{"no port", func(in *sdk.CreateTargetGroupInput) { in.Port = nil }, "ValidationError"},
		{"no VPC", func(in *sdk.CreateTargetGroupInput) { in.VpcId = nil }, "ValidationError"},
		{"an absent VPC", func(in *sdk.CreateTargetGroupInput) { in.VpcId = aws.String("vpc-x") }, "ValidationError"},
		{"no health check", func(in *sdk.CreateTargetGroupInput) { in.HealthCheckEnabled = aws.Bool(false) }, "ValidationError"},
		{"UDP health checks", func(in *sdk.CreateTargetGroupInput) { in.HealthCheckProtocol = "UDP" }, "ValidationError"},
		{"a path for TCP", func(in *sdk.CreateTargetGroupInput) { in.HealthCheckPath = aws.String("/") }, "InvalidConfigurationRequest"},
		{"a health-check port that is none", func(in *sdk.CreateTargetGroupInput) { in.HealthCheckPort = aws.String("http") }, "ValidationError"},
		{"health-check port 0", func(in *sdk.CreateTargetGroupInput) { in.HealthCheckPort = aws.String("0") }, "ValidationError"},
		{"an interval of 4 s", func(in *sdk.CreateTargetGroupInput) { in.HealthCheckIntervalSeconds = aws.Int32(4) }, "ValidationError"},
		{"a timeout longer than the interval", func(in *sdk.CreateTargetGroupInput) { in.HealthCheckTimeoutSeconds = aws.Int32(11) }, "ValidationError"},
		{"a threshold of 1", func(in *sdk.CreateTargetGroupInput) { in.HealthyThresholdCount = aws.Int32(1) }, "ValidationError"},
		{"a threshold of 11", func(in *sdk.CreateTargetGroupInput) { in.UnhealthyThresholdCount = aws.Int32(11) }, "ValidationError"},
		{"a matcher below 200", func(in *sdk.CreateTargetGroupInput) {
			in.HealthCheckProtocol, in.Matcher = "HTTP", &types.Matcher{HttpCode: aws.String("100-199")}
		}, "ValidationError"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				in := targetGroupInput("tg")
				test.change(in)
				_, err := do(w, w.CreateTargetGroup, in)
				w.wantCode(err, test.code)
			})
		})
	}
}

func TestTheSameSettingsReturnTheTargetGroupThatIsThere(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.targetGroup("tg")
		if again := w.targetGroup("tg"); again != first {
			t.Errorf("second ARN = %s, want %s", again, first)
		}
		other := targetGroupInput("tg")
		other.Port = aws.Int32(9090)
		_, err := do(w, w.CreateTargetGroup, other)
		w.wantCode(err, "DuplicateTargetGroupName")
	})
}

func TestATargetGroupInUseCannotBeDeleted(t *testing.T) {
	inWorld(t, func(w *world) {
		lb, tg := w.loadBalancer("gateway"), w.targetGroup("tg")
		l := w.listener(lb, tg, 8081)
		remove := func() error {
			_, err := do(w, w.DeleteTargetGroup, &sdk.DeleteTargetGroupInput{TargetGroupArn: &tg})
			return err
		}
		w.wantCode(remove(), "ResourceInUse")
		must(w, w.DeleteListener, &sdk.DeleteListenerInput{ListenerArn: &l})
		w.wantCode(remove(), "")
		w.wantCode(remove(), "")
		_, err := do(w, w.DescribeTargetGroups, &sdk.DescribeTargetGroupsInput{TargetGroupArns: []string{tg}})
		w.wantCode(err, "TargetGroupNotFound")
	})
}

func TestTargetGroupAttributesDependOnTheProtocol(t *testing.T) {
	inWorld(t, func(w *world) {
		tcp := w.targetGroup("tcp")
		in := targetGroupInput("udp")
		in.Protocol = types.ProtocolEnumUdp
		udp := *must(w, w.CreateTargetGroup, in).TargetGroups[0].TargetGroupArn
		attributes := func(arn string) map[string]string {
			got := map[string]string{}
			for _, a := range must(w, w.DescribeTargetGroupAttributes, &sdk.DescribeTargetGroupAttributesInput{TargetGroupArn: &arn}).Attributes {
				got[*a.Key] = *a.Value
			}
			return got
		}
		if got := attributes(tcp); got[deregistrationDelay] != "300" || got[preserveClientIP] != "false" || got["proxy_protocol_v2.enabled"] != "false" {
			t.Errorf("attributes of the TCP group = %v", got)
		}
		if got := attributes(udp); got[preserveClientIP] != "true" {
			t.Errorf("%s of the UDP group = %s, want true", preserveClientIP, got[preserveClientIP])
		}
		tests := []struct{ arn, key, value, code string }{
			{tcp, deregistrationDelay, "60", ""},
			{tcp, deregistrationDelay, "3601", "ValidationError"},
			{tcp, preserveClientIP, "true", ""},
			{udp, preserveClientIP, "false", "InvalidConfigurationRequest"},
			{tcp, "slow_start.duration_seconds", "30", "ValidationError"},
		}
		for _, test := range tests {
			_, err := do(w, w.ModifyTargetGroupAttributes, &sdk.ModifyTargetGroupAttributesInput{TargetGroupArn: &test.arn, Attributes: []types.TargetGroupAttribute{{Key: &test.key, Value: &test.value}}})
			t.Log(test.key, test.value)
			w.wantCode(err, test.code)
		}
		if got := attributes(tcp)[deregistrationDelay]; got != "60" {
			t.Errorf("deregistration delay = %s, want 60", got)
		}
	})
}
