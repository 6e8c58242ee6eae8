package elbv2

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

const (
	ip   = "10.0.0.10"
	port = 8081
)

// watch records the changes of all targets as "seconds state".
func (w *world) watch() *[]string {
	var seen []string
	start := time.Now()
	w.Do(func() {
		w.OnTargetChange(func(_ core.Scope, _, _ string, _ int32, state string) {
			seen = append(seen, fmt.Sprintf("%.0f %s", w.Now().Sub(start).Seconds(), state))
		})
	})
	return &seen
}

// serving returns a target group behind an active load balancer.
func (w *world) serving() string {
	w.Helper()
	lb, tg := w.loadBalancer("gateway"), w.targetGroup("tg")
	w.listener(lb, tg, port)
	time.Sleep(141 * time.Second)
	return tg
}

func (w *world) register(tg, ip, zone string) {
	w.Helper()
	w.Do(func() {
		if err := w.Register(here, tg, ip, port, zone); err != nil {
			w.Fatal(err)
		}
	})
}

// wantState checks the state and reason of the target at ip and port.
func (w *world) wantState(tg, state, reason string) {
	w.Helper()
	w.Do(func() {
		if s, r := w.TargetState(here, tg, ip, port); s != state || r != reason {
			w.Errorf("the target is %q (%s), want %q (%s)", s, r, state, reason)
		}
	})
}

func (w *world) wantSeen(seen *[]string, want ...string) {
	w.Helper()
	w.Do(func() {
		if diff := cmp.Diff(want, *seen); diff != "" {
			w.Errorf("seconds and states (-want +got):\n%s", diff)
		}
	})
}

func TestATargetIsRegisteredThenCheckedThenHealthy(t *testing.T) {
	inWorld(t, func(w *world) {
		tg := w.serving()
		seen := w.watch()
		w.register(tg, ip, "us-east-1a")
		w.register(tg, ip, "us-east-1a") // a second time changes nothing
		w.wantState(tg, "initial", "Elb.RegistrationInProgress")
		time.Sleep(101 * time.Second)
		w.wantState(tg, "initial", "Elb.InitialHealthChecking")
		time.Sleep(time.Hour)
		w.wantState(tg, "healthy", "")
		w.wantSeen(seen, "0 initial", "120 healthy") // 100 s of registration, two checks 10 s apart
	})
}

func TestTargetsWaitForTheLoadBalancerToBeActive(t *testing.T) {
	inWorld(t, func(w *world) {
		lb, tg := w.loadBalancer("gateway"), w.targetGroup("tg")
		w.listener(lb, tg, port)
		seen := w.watch()
		w.register(tg, ip, "us-east-1a")
		time.Sleep(time.Hour)
		w.wantSeen(seen, "0 initial", "160 healthy") // active at 140 s, two checks 10 s apart
	})
}

func TestAPortThatClosesIsNoticedAndSoIsItsReturn(t *testing.T) {
	for reach, reason := range map[ec2.Reach]string{ec2.Refused: "Target.FailedHealthChecks", ec2.Filtered: "Target.Timeout"} {
		t.Run(reason, func(t *testing.T) {
			inWorld(t, func(w *world) {
				tg := w.serving()
				w.register(tg, ip, "us-east-1a")
				time.Sleep(10*time.Minute + time.Second)
				seen := w.watch()
				w.Do(func() { w.net.closed["10.0.0.10:8081"] = reach })
				time.Sleep(time.Minute)
				w.wantState(tg, "unhealthy", reason)
				w.Do(func() { delete(w.net.closed, "10.0.0.10:8081") })
				time.Sleep(time.Minute)
				// Checks are at 9, 19, 29, ... s after the watch began.
				w.wantSeen(seen, "19 unhealthy", "79 healthy")
			})
		})
	}
}

func TestAnHTTPCheckHoldsTheAnswerAgainstTheMatcher(t *testing.T) {
	for _, test := range []struct {
		matcher string
		status  int
		state   string
		reason  string
	}{
		{"200", 200, "healthy", ""},
		{"200-299,404", 404, "healthy", ""},
		{"200-299,404", 503, "unhealthy", "Target.ResponseCodeMismatch"},
		{"", 399, "healthy", ""},
		{"", 404, "unhealthy", "Target.ResponseCodeMismatch"},
	} {
		t.Run(fmt.Sprintf("%d for %q", test.status, test.matcher), func(t *testing.T) {
			inWorld(t, func(w *world) {
				tg := w.serving()
				in := &sdk.ModifyTargetGroupInput{TargetGroupArn: &tg, HealthCheckProtocol: types.ProtocolEnumHttp}
				if test.matcher != "" {
					in.Matcher = &types.Matcher{HttpCode: &test.matcher}
				}
				must(w, w.ModifyTargetGroup, in)
				w.net.status = test.status
				w.register(tg, ip, "us-east-1a")
				time.Sleep(20 * time.Minute)
				w.wantState(tg, test.state, test.reason)
				health := must(w, w.DescribeTargetHealth, &sdk.DescribeTargetHealthInput{TargetGroupArn: &tg}).TargetHealthDescriptions[0].TargetHealth
				if want := fmt.Sprintf("Health checks failed with these codes: [%d]", test.status); test.reason != "" && aws.ToString(health.Description) != want {
					t.Errorf("description = %q, want %q", aws.ToString(health.Description), want)
				}
			})
		})
	}
}

func TestATargetThatNeverAnswersBecomesUnhealthy(t *testing.T) {
	inWorld(t, func(w *world) {
		tg := w.serving()
		w.net.closed["10.0.0.10:9999"] = ec2.Refused
		must(w, w.ModifyTargetGroup, &sdk.ModifyTargetGroupInput{TargetGroupArn: &tg, HealthCheckPort: aws.String("9999")})
		seen := w.watch()
		w.register(tg, ip, "us-east-1a")
		time.Sleep(time.Hour)
		w.wantSeen(seen, "0 initial", "120 unhealthy")
		health := must(w, w.DescribeTargetHealth, &sdk.DescribeTargetHealthInput{TargetGroupArn: &tg}).TargetHealthDescriptions[0]
		if *health.HealthCheckPort != "9999" || *health.TargetHealth.Description != "Health checks failed" {
			t.Errorf("port = %s, description = %s", *health.HealthCheckPort, *health.TargetHealth.Description)
		}
	})
}

func TestTargetsAreUnusedWithoutAListener(t *testing.T) {
	inWorld(t, func(w *world) {
		lb, tg := w.loadBalancer("gateway"), w.targetGroup("tg")
		time.Sleep(141 * time.Second)
		seen := w.watch()
		w.register(tg, ip, "us-east-1a")
		w.wantState(tg, "unused", "Target.NotInUse")
		l := w.listener(lb, tg, port)
		time.Sleep(130 * time.Second)
		w.wantState(tg, "healthy", "")
		must(w, w.DeleteListener, &sdk.DeleteListenerInput{ListenerArn: &l})
		time.Sleep(time.Hour)
		w.wantSeen(seen, "0 unused", "0 initial", "120 healthy", "130 unused")
	})
}

func TestTargetsInAZoneOfWhichTheLoadBalancerHasNoNodeAreUnused(t *testing.T) {
	inWorld(t, func(w *world) {
		tg := w.serving()
		w.register(tg, ip, "us-east-1c")
		w.wantState(tg, "unused", "Target.NotInUse")
	})
}

func TestADeregisteredTargetDrainsForTwoMinutesAtLeast(t *testing.T) {
	for delay, want := range map[string]string{"0": "120 ", "300": "300 "} {
		t.Run("delay "+delay, func(t *testing.T) {
			inWorld(t, func(w *world) {
				tg := w.serving()
				must(w, w.ModifyTargetGroupAttributes, &sdk.ModifyTargetGroupAttributesInput{TargetGroupArn: &tg, Attributes: []types.TargetGroupAttribute{{Key: aws.String(deregistrationDelay), Value: &delay}}})
				w.register(tg, ip, "us-east-1a")
				time.Sleep(10 * time.Minute)
				seen := w.watch()
				w.Do(func() { w.Deregister(here, tg, ip, port) })
				w.wantState(tg, "draining", "Target.DeregistrationInProgress")
				time.Sleep(time.Hour)
				w.wantState(tg, "", "")
				w.wantSeen(seen, "0 draining", want)
			})
		})
	}
}

func TestADrainingTargetThatIsRegisteredAgainBeginsAnew(t *testing.T) {
	inWorld(t, func(w *world) {
		tg := w.serving()
		w.register(tg, ip, "us-east-1a")
		time.Sleep(10 * time.Minute)
		seen := w.watch()
		w.Do(func() { w.Deregister(here, tg, ip, port) })
		time.Sleep(time.Minute)
		w.register(tg, ip, "us-east-1a")
		time.Sleep(time.Hour)
		w.wantSeen(seen, "0 draining", "60 initial", "180 healthy")
	})
}

func TestAWatcherMayDeregisterTheTargetItHearsOf(t *testing.T) {
	inWorld(t, func(w *world) {
		tg := w.serving()
		w.net.closed["10.0.0.10:8081"] = ec2.Refused
		w.Do(func() {
			w.OnTargetChange(func(sc core.Scope, tg, ip string, port int32, state string) {
				if state == "unhealthy" {
					w.Deregister(sc, tg, ip, port)
				}
			})
		})
		w.register(tg, ip, "us-east-1a")
		time.Sleep(125 * time.Second)
		w.wantState(tg, "draining", "Target.DeregistrationInProgress")
		time.Sleep(time.Hour)
		w.wantState(tg, "", "")
		w.Do(func() {
			if at, ok := w.NextEvent(); ok {
				t.Errorf("something will happen at %v, want a quiet world", at)
			}
		})
	})
}

func TestTargetsThroughTheAPI(t *testing.T) {
	inWorld(t, func(w *world) {
		tg := w.serving()
		for address, code := range map[string]string{"10.0.1.7": "", "100.64.0.1": "", "54.1.2.3": "InvalidTarget", "i-0123": "InvalidTarget", "::1": "InvalidTarget"} {
			_, err := do(w, w.RegisterTargets, &sdk.RegisterTargetsInput{TargetGroupArn: &tg, Targets: []types.TargetDescription{{Id: &address}}})
			t.Log(address)
			w.wantCode(err, code)
		}
		w.Settings.Quotas[core.TargetsPerTargetGroup] = 2
		_, err := do(w, w.RegisterTargets, &sdk.RegisterTargetsInput{TargetGroupArn: &tg, Targets: []types.TargetDescription{{Id: aws.String("10.0.1.8")}}})
		w.wantCode(err, "TooManyTargets")
		one := []types.TargetDescription{{Id: aws.String("10.0.1.7")}}
		must(w, w.DeregisterTargets, &sdk.DeregisterTargetsInput{TargetGroupArn: &tg, Targets: append(one, types.TargetDescription{Id: aws.String("10.9.9.9")})})
		state := func() string {
			d := must(w, w.DescribeTargetHealth, &sdk.DescribeTargetHealthInput{TargetGroupArn: &tg, Targets: one}).TargetHealthDescriptions[0]
			return string(d.TargetHealth.State) + " " + string(d.TargetHealth.Reason)
		}
		before := state()
		time.Sleep(301 * time.Second)
		if diff := cmp.Diff([]string{"draining Target.DeregistrationInProgress", "unused Target.NotRegistered"}, []string{before, state()}); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
	})
}
