package packages_test

import (
	"strings"
	"testing"
)

func TestWrongValuesAreRefusedInWordsThatNameTheValue(t *testing.T) {
	tests := []struct {
		name string
		set  []string
		want string
	}{
		{name: "a value that the chart does not have", set: []string{"replicas=3"}, want: "additional properties 'replicas' not allowed"},
		{name: "a misspelt one deeper", set: []string{"aws.regoin=us-east-1"}, want: "at '/aws': additional properties 'regoin' not allowed"},
		{name: "a number that is none", set: []string{"replicaCount=two"}, want: "at '/replicaCount': got string, want integer"},
		{name: "a role that is none", set: []string{"aws.roleARN=flexgw-manager"}, want: "at '/aws/roleARN': 'flexgw-manager' does not match pattern"},
		{name: "a zone for a region", set: []string{"aws.region=us-east-1a"}, want: "at '/aws/region': 'us-east-1a' does not match pattern"},
		{name: "a duration without a unit", set: []string{"manager.lookEvery=ten"}, want: "at '/manager/lookEvery': 'ten' does not match pattern"},
		{name: "no look at all", set: []string{"manager.lookEvery=0s"}, want: "at '/manager/lookEvery': 'not' failed"},
		{name: "a number of seconds", set: []string{"manager.watchEvery=30"}, want: "at '/manager/watchEvery': value must be 0"},
		{name: "a tag in the repository", set: []string{"image.repository=localhost:5000/flexgw:v1"}, want: "at '/image/repository': 'localhost:5000/flexgw:v1' does not match pattern"},
		{name: "a label that selects the pods", set: []string{`podLabels.app\.kubernetes\.io/name=x`}, want: "invalid propertyName 'app.kubernetes.io/name'"},
		{name: "a tag for a digest", set: []string{"image.digest=v1"}, want: "at '/image/digest': 'v1' does not match pattern"},
		{name: "the port of the probes", set: []string{"metrics.port=8081"}, want: "at '/metrics/port': 'not' failed"},
		{name: "a budget that blocks every drain", set: []string{"podDisruptionBudget.maxUnavailable=0"}, want: "at '/podDisruptionBudget/maxUnavailable'"},
		{
			name: "two kinds of credentials", set: []string{"aws.roleARN=" + roleARN, "aws.credentialsSecret.name=keys"},
			want: "aws.roleARN and aws.credentialsSecret.name are both set",
		},
		{
			name: "a role for an account of somebody else", set: []string{"aws.roleARN=" + roleARN, "serviceAccount.create=false", "serviceAccount.name=x"},
			want: "annotate it with eks.amazonaws.com/role-arn",
		},
		{name: "no account", set: []string{"serviceAccount.create=false"}, want: "name the ServiceAccount that exists in serviceAccount.name"},
		{
			name: "a monitor of nothing", set: []string{"metrics.enabled=false", "metrics.serviceMonitor.enabled=true"},
			want: "metrics.serviceMonitor.enabled needs metrics.enabled",
		},
		{
			name: "alerts about nothing", set: []string{"metrics.enabled=false", "metrics.prometheusRule.enabled=true"},
			want: "metrics.prometheusRule.enabled needs metrics.enabled",
		},
		{
			name: "a dashboard of nothing", set: []string{"metrics.enabled=false", "metrics.dashboard.enabled=true"},
			want: "metrics.dashboard.enabled needs metrics.enabled",
		},
		{name: "pages nowhere", set: []string{"metrics.prometheusRule.runbookURL="}, want: "at '/metrics/prometheusRule/runbookURL'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			args := []string{"template", "flexgw", chart}
			for _, value := range test.set {
				args = append(args, "--set", value)
			}
			_, stderr, err := output(t.Context(), "helm", args...)
			if err == nil {
				t.Fatal("the values were taken")
			}
			if !strings.Contains(stderr, test.want) {
				t.Errorf("helm says\n%s\nwant %q in it", stderr, test.want)
			}
		})
	}
}
