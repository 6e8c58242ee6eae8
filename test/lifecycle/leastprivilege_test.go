package lifecycle

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim/core"
)

// everyAction makes the test take away each action of the policies, which takes
// minutes. Without it, it takes away every ninth.
var everyAction = flag.Bool("every-action", false, "take away every single action of the policies in docs/iam.md")

// policyDocument is what the tests read and change of an IAM policy.
type policyDocument struct {
	Version   string
	Statement []policyStatement
}

type policyStatement struct {
	Sid, Effect string
	Action      words
	Resource    words
	Condition   map[string]map[string]words `json:",omitempty"`
}

// words is a JSON string or a list of them.
type words []string

// UnmarshalJSON reads both forms.
func (w *words) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*w = words{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(w))
}

// shipped are the policies in docs/iam.md.
func shipped(t *testing.T) []policyDocument {
	t.Helper()
	text, err := os.ReadFile("../../docs/iam.md")
	if err != nil {
		t.Fatal(err)
	}
	var policies []policyDocument
	for i, block := range strings.Split(string(text), "```json\n") {
		if i == 0 {
			continue
		}
		content, _, _ := strings.Cut(block, "```")
		var p policyDocument
		if err := json.Unmarshal([]byte(content), &p); err != nil {
			t.Fatalf("policy %d of docs/iam.md: %v", i, err)
		}
		policies = append(policies, p)
	}
	if len(policies) == 0 {
		t.Fatal("docs/iam.md has no policy")
	}
	return policies
}

// without takes one action out of all statements, and nothing else.
func without(policies []policyDocument, action string) []policyDocument {
	var left []policyDocument
	for _, p := range policies {
		rest := policyDocument{Version: p.Version}
		for _, st := range p.Statement {
			st.Action = slices.DeleteFunc(slices.Clone(st.Action), func(a string) bool { return a == action })
			if len(st.Action) > 0 {
				rest.Statement = append(rest.Statement, st)
			}
		}
		left = append(left, rest)
	}
	return left
}

// allow makes the simulated AWS enforce policies.
func (b *bench) allow(policies []policyDocument) {
	b.t.Helper()
	var texts []string
	for _, p := range policies {
		text, err := json.Marshal(p)
		b.must(err)
		texts = append(texts, string(text))
	}
	b.must(b.sim.Enforce(texts...))
}

// denied are the operations that AWS has refused to the controller.
func (b *bench) denied() []string {
	var list []string
	for _, c := range b.sim.Calls() {
		// Application Auto Scaling says so where the permissions are those on another service.
		elsewhere := c.Service == "application-autoscaling" && c.ErrorCode == "ValidationException"
		if strings.HasPrefix(c.ErrorCode, "AccessDenied") || c.ErrorCode == "UnauthorizedOperation" || elsewhere {
			list = append(list, c.Service+"."+c.Operation)
		}
	}
	return slices.Compact(list)
}

// life is a gateway from beginning to end. It stops early where a condition names the
// missing action.
type life struct {
	*bench
	gw       *v1alpha1.FlexGatewayDeployment
	policies []policyDocument
	missing  string
	named    bool
}

// namesIt is true where a condition says which action is missing.
func (l *life) namesIt(gw *v1alpha1.FlexGatewayDeployment) bool {
	l.named = l.named || l.missing != "" && gw != nil && slices.ContainsFunc(conditionMessages(gw), func(message string) bool {
		return strings.Contains(message+" ", l.missing+" ")
	})
	return l.named
}

func conditionMessages(gw *v1alpha1.FlexGatewayDeployment) []string {
	var messages []string
	for _, c := range gw.Status.Conditions {
		messages = append(messages, c.Message)
	}
	return messages
}

// then does something and waits for what follows.
func (l *life) then(do func(), what string, holds func(*v1alpha1.FlexGatewayDeployment) bool) {
	l.t.Helper()
	if l.named {
		return
	}
	do()
	l.until(l.gw, what, func(gw *v1alpha1.FlexGatewayDeployment) bool { return l.namesIt(gw) || holds(gw) })
}

func (l *life) begins() { l.then(func() { l.create(l.gw) }, "ready", isReady) }

func (l *life) changes(edit func(*v1alpha1.FlexGatewayDeploymentSpec)) {
	l.then(func() { l.change(l.gw, edit) }, "ready", isReady)
}

func (l *life) ends() {
	l.then(func() { l.must(l.kube.Delete(l.t.Context(), l.gw)) }, "gone", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw == nil })
}

// someoneElse does something in the same account with permissions of their own.
func (l *life) someoneElse(do func(*awscloud.Clients)) {
	l.must(l.sim.Enforce())
	do(l.someone())
	l.allow(l.policies)
}

// lives are those that need the actions of the policies between them.
func lives() []struct {
	name string
	edit func(*v1alpha1.FlexGatewayDeploymentSpec)
	live func(*life)
} {
	scaled := func(l *life) {
		l.begins()
		l.changes(func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 3 })
		l.ends()
	}
	return []struct {
		name string
		edit func(*v1alpha1.FlexGatewayDeploymentSpec)
		live func(*life)
	}{
		{"file delivery", nil, scaled},
		{"environment delivery", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
		}, scaled},
		{"many changes", nil, func(l *life) {
			l.begins()
			l.changes(changeMuch)
			l.changes(func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Ports = s.Ports[:1] })
			l.ends()
		}},
		{"retained", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.DeletionPolicy = v1alpha1.DeletionPolicyRetain }, func(l *life) {
			l.begins()
			l.ends()
		}},
		{"repaired", nil, func(l *life) {
			l.begins()
			l.repairs()
			l.changesRegistration()
			l.ends()
		}},
		{"moved traffic", byStrategy(v1alpha1.StrategyBlueGreen, pausedAt(v1alpha1.StagePostScaleUp)), func(l *life) {
			l.then(func() { l.create(l.gw) }, "at a pause", isAtAPause)
			l.then(func() { l.annotate(l.gw, v1alpha1.AnnotationPromote, l.get(l.gw).Status.Rollout.Pause.HookID) }, "ready", isReady)
			l.then(func() { l.change(l.gw, toNewImage) }, "at a pause again", isAtAPause)
			l.then(func() { l.annotate(l.gw, v1alpha1.AnnotationAbort, l.get(l.gw).Status.Rollout.DeploymentID) }, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
			l.ends()
		}},
		{"autoscaled", autoscaledOnSpot, func(l *life) {
			l.begins()
			l.changes(func(s *v1alpha1.FlexGatewayDeploymentSpec) {
				s.Autoscaling.MaxReplicas = 9
				s.Tags["Team"] = "edge"
			})
			l.changes(func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Autoscaling, s.Replicas = nil, new(int32(1)) })
			l.ends()
		}},
		{"autoscaled and retained", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			autoscaledOnSpot(s)
			s.DeletionPolicy = v1alpha1.DeletionPolicyRetain
		}, func(l *life) {
			l.begins()
			l.ends()
		}},
		{"registered", registering, func(l *life) {
			l.begins()
			l.then(func() {}, "quiet", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Anypoint.GatewayID != "" })
			l.person.undeploy()
			l.ends()
		}},
		{"registered, and deleted early", registering, func(l *life) {
			l.then(func() { l.create(l.gw) }, "registering", func(*v1alpha1.FlexGatewayDeployment) bool { return l.calls("ecs", "RunTask") > 0 })
			l.ends()
		}},
		{"deleted early", nil, func(l *life) {
			l.then(func() { l.create(l.gw) }, "writing", func(*v1alpha1.FlexGatewayDeployment) bool { return l.calls("ecs", "RunTask") > 0 })
			l.ends()
		}},
	}
}

// repairs waits until the controller has put right what someone else has changed.
func (l *life) repairs() {
	repairs := []struct {
		service, operation string
		// calls are how many there are with that of someone else.
		calls int
	}{
		{"efs", "ModifyMountTargetSecurityGroups", 2}, {"elbv2", "SetSecurityGroups", 2}, {"iam", "UpdateAssumeRolePolicy", 2},
		{"secretsmanager", "RestoreSecret", 1},
	}
	l.then(func() { l.someoneElse(l.drift); time.Sleep(lookEvery) }, "repaired", func(gw *v1alpha1.FlexGatewayDeployment) bool {
		for _, r := range repairs {
			if l.calls(r.service, r.operation) < r.calls {
				return false
			}
		}
		return isReady(gw)
	})
}

// drift changes, with one call each, what repairs waits for.
func (l *life) drift(c *awscloud.Clients) {
	ctx := l.t.Context()
	gateway, storage := l.idOf(l.gw, "SecurityGroup", "gateway"), l.idOf(l.gw, "SecurityGroup", "storage")
	targets, err := c.EFS.DescribeMountTargets(ctx, &efs.DescribeMountTargetsInput{FileSystemId: aws.String(l.idOf(l.gw, "FileSystem", "storage"))})
	l.must(err)
	_, err = c.EFS.ModifyMountTargetSecurityGroups(ctx, &efs.ModifyMountTargetSecurityGroupsInput{
		MountTargetId: targets.MountTargets[0].MountTargetId, SecurityGroups: []string{gateway},
	})
	l.must(err)
	_, err = c.ELB.SetSecurityGroups(ctx, &elbv2.SetSecurityGroupsInput{
		LoadBalancerArn: aws.String(l.idOf(l.gw, "LoadBalancer", "gateway")), SecurityGroups: []string{storage},
	})
	l.must(err)
	_, role, _ := strings.Cut(l.idOf(l.gw, "Role", "execution"), ":role/")
	_, err = c.IAM.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &role, PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`)})
	l.must(err)
	_, err = c.Secrets.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{
		SecretId: aws.String(l.idOf(l.gw, "Secret", "registration")), RecoveryWindowInDays: aws.Int64(7),
	})
	l.must(err)
}

// changesRegistration replaces the registration and waits until it is in force.
func (l *life) changesRegistration() {
	before := l.calls("secretsmanager", "UpdateSecret")
	l.then(func() {
		l.writeRegistration(l.gw, registration+"# another one\n")
		time.Sleep(lookEvery)
	}, "another registration", func(gw *v1alpha1.FlexGatewayDeployment) bool {
		return l.calls("secretsmanager", "UpdateSecret") > before && isReady(gw)
	})
}

// changeMuch changes something of each resource.
func changeMuch(s *v1alpha1.FlexGatewayDeploymentSpec) {
	s.Compute.Memory = 2048
	s.Logging.RetentionDays = 90
	s.Network.AllowedCIDRs = []string{"198.51.100.0/24"}
	s.LoadBalancer.HealthCheck.IntervalSeconds = 15
	s.LoadBalancer.DeregistrationDelaySeconds = aws.Int32(60)
	s.LoadBalancer.CrossZone = aws.Bool(true)
	s.Ports[1].ListenerPort = 443
	s.Storage.Backup = aws.Bool(false)
	s.Storage.ThroughputMode = "bursting"
	s.Tags["Team"] = "edge"
}

// newLife is a gateway in an account where policies are enforced. ECS sees a new role at
// once: the denials of the first seconds would be taken for those of the policies.
func newLife(t *testing.T, edit func(*v1alpha1.FlexGatewayDeploymentSpec), policies []policyDocument) *life {
	t.Helper()
	gw := gatewayNamed(t, "gw", edit)
	b := benchFor(t, gw)
	b.sim.World().Do(func() { b.sim.World().Settings.Latencies[core.RoleVisible] = core.Spread{} })
	b.allow(policies)
	return &life{bench: b, gw: gw, policies: policies}
}

func TestTheShippedPoliciesAreEnough(t *testing.T) {
	for _, test := range lives() {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLife(t, test.edit, shipped(t))
				test.live(l)
				if denied := l.denied(); len(denied) > 0 {
					t.Errorf("AWS denied %v; the events were\n%s", denied, strings.Join(l.told, "\n"))
				}
				if l.gw.Spec.DeletionPolicy != v1alpha1.DeletionPolicyRetain {
					l.empty()
				}
			})
		})
	}
}

// rare are actions that none of the lives needs, each with the reason.
func rare() map[string]string {
	return map[string]string{
		"sts:GetCallerIdentity": "AWS answers it whatever the policies say",
	}
}

func TestWithoutAnyOneActionTheConditionsNameIt(t *testing.T) {
	policies, rare := shipped(t), rare()
	var actions []string
	for _, p := range policies {
		for _, st := range p.Statement {
			actions = append(actions, st.Action...)
		}
	}
	slices.Sort(actions)
	actions = slices.Compact(actions)
	for action := range rare {
		if !slices.Contains(actions, action) {
			t.Errorf("%s is not in the policies", action)
		}
	}
	for i, action := range actions {
		if !*everyAction && i%9 != 0 {
			continue
		}
		t.Run(action, func(t *testing.T) {
			missed := false
			for _, l := range lives() {
				synctest.Test(t, func(t *testing.T) { missed = missed || isMissed(t, l.edit, l.live, without(policies, action), action) })
				if missed || t.Failed() {
					break
				}
			}
			if _, known := rare[action]; missed == known {
				t.Errorf("some life misses it: %v; listed as rare: %v", missed, known)
			}
		})
	}
}

// isMissed lives without an action, and requires that a condition names it once AWS has
// refused a call.
func isMissed(t *testing.T, edit func(*v1alpha1.FlexGatewayDeploymentSpec), live func(*life), left []policyDocument, action string) bool {
	t.Helper()
	l := newLife(t, edit, left)
	l.missing = action
	live(l)
	denied := l.denied()
	if len(denied) > 0 && !l.named {
		t.Errorf("AWS denied %v, and no condition names %s; the events were\n%s", denied, action, strings.Join(l.told, "\n"))
	}
	return len(denied) > 0
}
