package api_test

import (
	"strings"
	"testing"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestTheseWaysOfScalingAreAccepted(t *testing.T) {
	for _, test := range []struct{ name, spec string }{
		{"Fargate and Spot", with(`compute: {capacityProviders: [{name: FARGATE, base: 1, weight: 1}, {name: FARGATE_SPOT, weight: 3}]}`)},
		{"Spot alone", with(`compute: {capacityProviders: [{name: FARGATE_SPOT}]}`)},
		{"a base without a weight of its own", with(`compute: {capacityProviders: [{name: FARGATE, base: 2, weight: 0}, {name: FARGATE_SPOT}]}`)},
		{"by CPU", with(`autoscaling: {minReplicas: 1, maxReplicas: 1, targetCPUPercent: 60}`)},
		{"by CPU and memory, with cooldowns", with(`autoscaling: {minReplicas: 2, maxReplicas: 9, targetCPUPercent: 60, targetMemoryPercent: 100, scaleInCooldownSeconds: 0, scaleOutCooldownSeconds: 86400}`)},
		{"by schedules, to nothing at night", with(`autoscaling: {minReplicas: 0, maxReplicas: 4, schedules: [
			{name: morning, schedule: "cron(0 8 ? * MON-FRI *)", timeZone: Europe/Berlin, minReplicas: 2},
			{name: night, schedule: "cron(0/30 20,22 * * ? 2026-2030)", timeZone: Etc/GMT+9, minReplicas: 0, maxReplicas: 0},
			{name: sale, schedule: "at(2026-11-27T00:00:00)", timeZone: UTC, maxReplicas: 100},
			{name: often, schedule: "rate(5 minutes)", minReplicas: 1},
			{name: daily, schedule: "rate(1 day)", maxReplicas: 9}]}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := dryRunCreate(t, object(t, "accepted", test.spec)); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

func TestTheseWaysOfScalingAreRefused(t *testing.T) {
	const (
		providers    = "spec.compute.capacityProviders"
		schedules    = "spec.autoscaling.schedules"
		schedule     = "spec.autoscaling.schedules[0]"
		formMessage  = "write the schedule as AWS does: cron(0 8 ? * MON-FRI *) with six fields, at(2026-12-24T18:00:00) or rate(1 day)"
		nameMessage  = "names of schedules have letters, digits and . _ - only, and begin and end with a letter or digit: rename the schedule"
		crossMessage = "a schedule would set minReplicas above maxReplicas: what it leaves out stays as autoscaling says, so give it both"
	)
	at := func(expression, more string) string {
		return with(`autoscaling: {minReplicas: 1, maxReplicas: 4, schedules: [{name: s, schedule: "` + expression + `"` + more + `}]}`)
	}
	for _, test := range []struct {
		name, spec string
		want       map[string]string
	}{
		{"two bases", with(`compute: {capacityProviders: [{name: FARGATE, base: 1}, {name: FARGATE_SPOT, base: 1}]}`),
			refused(providers, "ECS takes a base for one capacity provider only: remove it from the other")},
		{"no weight", with(`compute: {capacityProviders: [{name: FARGATE, base: 1, weight: 0}, {name: FARGATE_SPOT, weight: 0}]}`),
			refused(providers, "ECS could place no replica beyond the base: set the weight of a capacity provider to 1 or more")},
		{"a provider twice", with(`compute: {capacityProviders: [{name: FARGATE}, {name: FARGATE}]}`), refused(providers+"[1]", `Duplicate value: {"name":"FARGATE"}`)},
		{"a provider that is none", with(`compute: {capacityProviders: [{name: EC2}]}`), refused(providers+"[0].name", `Unsupported value: "EC2": supported values: "FARGATE", "FARGATE_SPOT"`)},
		{"no provider", with(`compute: {capacityProviders: []}`), refused(providers, "spec.compute.capacityProviders in body should have at least 1 items")},

		{"a count beside autoscaling", with(`replicas: 2`, `autoscaling: {minReplicas: 1, maxReplicas: 4, targetCPUPercent: 60}`),
			refused("spec.replicas", "autoscaling owns the number of replicas: remove spec.replicas and set autoscaling.minReplicas and maxReplicas, or remove spec.autoscaling")},
		{"steps beside autoscaling", with(`rollout: {maxReplicaStep: 1}`, `autoscaling: {minReplicas: 1, maxReplicas: 4, targetCPUPercent: 60}`),
			refused("spec.rollout.maxReplicaStep", "steps need a count to go to: set spec.replicas, or remove maxReplicaStep where an autoscaler owns the count")},
		{"crossed bounds", with(`autoscaling: {minReplicas: 5, maxReplicas: 4, targetCPUPercent: 60}`), refused("spec.autoscaling.maxReplicas", "maxReplicas is less than minReplicas: raise it, or lower minReplicas")},
		{"nothing to scale by", with(`autoscaling: {minReplicas: 1, maxReplicas: 4}`), refused("spec.autoscaling", "there is nothing to scale by: set targetCPUPercent, targetMemoryPercent or schedules")},
		{"a target from zero", with(`autoscaling: {minReplicas: 0, maxReplicas: 4, targetCPUPercent: 60}`),
			refused("spec.autoscaling.minReplicas", "without replicas there is no CPU or memory to go by, and the gateway would stay at 0: set minReplicas to 1 or more")},
		{"a target above the whole", with(`autoscaling: {minReplicas: 1, maxReplicas: 4, targetMemoryPercent: 101}`),
			refused("spec.autoscaling.targetMemoryPercent", "spec.autoscaling.targetMemoryPercent in body should be less than or equal to 100")},
		{"no maximum", with(`autoscaling: {minReplicas: 1, targetCPUPercent: 60}`), refused("spec.autoscaling.maxReplicas", "Required value")},

		{"a schedule in words", at("every morning", ", minReplicas: 2"), refused(schedule+".schedule", formMessage)},
		{"a cron of five fields", at("cron(0 8 * * *)", ", minReplicas: 2"), refused(schedule+".schedule", formMessage)},
		{"a rate of none", at("rate(0 days)", ", minReplicas: 2"), refused(schedule+".schedule", formMessage)},
		{"a rate in a time zone", at("rate(1 day)", ", timeZone: Europe/Berlin, minReplicas: 2"),
			refused(schedule+".timeZone", "a rate has no time zone: remove it, or write the schedule as cron(...)")},
		{"a time zone that is none", at("cron(0 8 * * ? *)", ", timeZone: 'in Berlin', minReplicas: 2"),
			refused(schedule+".timeZone", "this is no time zone: write it as in the IANA database, such as Europe/Berlin")},
		{"a schedule that sets nothing", at("cron(0 8 * * ? *)", ""), refused(schedule, "a schedule sets something: give it minReplicas, maxReplicas or both")},
		{"a schedule that crosses the bounds", at("cron(0 8 * * ? *)", ", minReplicas: 5"), refused(schedules, crossMessage)},
		{"a schedule twice", with(`autoscaling: {minReplicas: 1, maxReplicas: 4, schedules: [{name: a, schedule: rate(1 day), minReplicas: 1}, {name: a, schedule: rate(2 days), minReplicas: 1}]}`),
			refused(schedules+"[1]", `Duplicate value: {"name":"a"}`)},
		{"a schedule with a name that AWS refuses", with(`autoscaling: {minReplicas: 1, maxReplicas: 4, schedules: [{name: "a/b", schedule: rate(1 day), minReplicas: 1}]}`),
			refused(schedule+".name", nameMessage)},
		{"schedules that are none", with(`autoscaling: {minReplicas: 1, maxReplicas: 4, schedules: []}`), refused(schedules, "spec.autoscaling.schedules in body should have at least 1 items")},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantRefused(t, dryRunCreate(t, object(t, "refused", strings.ReplaceAll(test.spec, "\t", " "))), test.want)
		})
	}
}

func TestNobodyScalesPastTheAutoscaler(t *testing.T) {
	o := created(t, object(t, "autoscaled", with(`autoscaling: {minReplicas: 1, maxReplicas: 4, targetCPUPercent: 60}`)))
	scale := &unstructured.Unstructured{Object: map[string]any{
		"metadata": map[string]any{"name": o.GetName(), "namespace": o.GetNamespace(), "resourceVersion": o.GetResourceVersion()},
		"spec":     map[string]any{"replicas": int64(3)},
	}}
	scale.SetGroupVersionKind(autoscalingv1.SchemeGroupVersion.WithKind("Scale"))
	err := kubernetes.SubResource("scale").Update(t.Context(), o, client.WithSubResourceBody(scale))
	if err == nil || !strings.Contains(err.Error(), "autoscaling owns the number of replicas: remove spec.replicas") {
		t.Errorf("error %v, want the sentence of the rule", err)
	}
	plain := created(t, object(t, "somebodys", minimal))
	scale.Object["metadata"] = map[string]any{"name": plain.GetName(), "namespace": plain.GetNamespace(), "resourceVersion": plain.GetResourceVersion()}
	if err := kubernetes.SubResource("scale").Update(t.Context(), plain, client.WithSubResourceBody(scale)); err != nil {
		t.Errorf("without autoscaling: %v", err)
	}
	if got := getScale(t, plain).Spec.Replicas; got != 3 {
		t.Errorf("%d replicas are wanted, want 3", got)
	}
}
