package gateway

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"flexgw.io/controller/api/v1alpha1"
)

// rule is what AWS allows for a kind of name.
type rule struct {
	longest  int
	allowed  *regexp.Regexp
	reserved string // no name may begin with it
}

// The rules of AWS's API references for the names of what is made.
var (
	ecsRule      = rule{255, regexp.MustCompile(`^[A-Za-z0-9_-]+$`), ""}
	groupRule    = rule{255, regexp.MustCompile(`^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]+$`), "sg-"}
	balancerRule = rule{32, regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`), "internal-"}
	targetRule   = rule{32, balancerRule.allowed, ""}
	roleRule     = rule{64, regexp.MustCompile(`^[\w+=,.@-]+$`), ""}
	tokenRule    = rule{64, regexp.MustCompile(`^.+$`), ""}
	logRule      = rule{512, regexp.MustCompile(`^[A-Za-z0-9_\-/.#]+$`), "aws/"}
	secretRule   = rule{512, regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]+$`), ""}
	pathRule     = rule{100, regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`), ""}
)

// named is a gateway with a name and UID.
func named(name, uid string) *v1alpha1.FlexGatewayDeployment {
	gw := deployment()
	gw.Name, gw.UID = name, types.UID(uid)
	return gw
}

// ruled are the names of a gateway with their rules.
func ruled(n Names) map[string]struct {
	name string
	rule rule
} {
	type entry = struct {
		name string
		rule rule
	}
	return map[string]entry{
		"service": {n.Service, ecsRule}, "task family": {n.TaskFamily, ecsRule}, "registration family": {n.RegistrationFamily, ecsRule},
		"gateway group": {n.GatewayGroup, groupRule}, "storage group": {n.StorageGroup, groupRule},
		"load balancer": {n.LoadBalancer, balancerRule}, "target group": {n.TargetGroup(1), targetRule}, "longest target group": {n.TargetGroup(65535), targetRule},
		"alternate target group": {n.AlternateTargetGroup(65535), targetRule}, "infrastructure role": {n.InfrastructureRole, roleRule},
		"role": {n.Role, roleRule}, "creation token": {n.FileSystemToken, tokenRule}, "log group": {n.LogGroup, logRule},
		"secret": {n.Secret, secretRule}, "secret of documents": {n.Configuration, secretRule}, "directory": {n.Directory, pathRule},
	}
}

func TestAWSTakesTheNamesOfEveryGateway(t *testing.T) {
	uid := string(deployment().UID)
	for _, name := range []string{
		"a", "1", "flex-gw-demo-dev-01", strings.Repeat("x", 63), strings.Repeat("a-", 31) + "b",
		"internal", "internal-a", "internal-internal-a", "sg-a", "sg-" + strings.Repeat("a", 60), "internal-" + strings.Repeat("b", 54),
	} {
		gw := named(name, uid)
		gw.Namespace = strings.Repeat("n", 63)
		for kind, n := range ruled(NamesOf(gw)) {
			if len(n.name) > n.rule.longest || !n.rule.allowed.MatchString(n.name) {
				t.Errorf("%s: the %s is called %q, which AWS refuses (at most %d characters of %s)", name, kind, n.name, n.rule.longest, n.rule.allowed)
			}
			if n.rule.reserved != "" && strings.HasPrefix(n.name, n.rule.reserved) {
				t.Errorf("%s: the %s is called %q, but AWS keeps the prefix %q for itself", name, kind, n.name, n.rule.reserved)
			}
		}
	}
}

func TestNamesFollowFromTheObjectAlone(t *testing.T) {
	gw := deployment()
	gw.Status.Region = "anywhere"
	if one, again := NamesOf(gw), NamesOf(deployment()); one != again {
		t.Errorf("names %+v and then %+v, want the same", one, again)
	}
}

// TestGatewaysOfTheSameNameShareNoName leaves out what is one's own by another way: the
// log group by its namespace and name, the directory by its file system.
func TestGatewaysOfTheSameNameShareNoName(t *testing.T) {
	one, other := ruled(NamesOf(named("same", "uid-1"))), ruled(NamesOf(named("same", "uid-2")))
	for _, kind := range slices.Sorted(maps.Keys(one)) {
		if kind != "log group" && kind != "directory" && one[kind].name == other[kind].name {
			t.Errorf("both call their %s %q", kind, one[kind].name)
		}
	}
}

func TestTheSpecNamesDirectoryAndLogGroup(t *testing.T) {
	gw := deployment()
	if n := NamesOf(gw); n.Directory != gw.Name || n.LogGroup != "/flexgw/flex/"+gw.Name {
		t.Errorf("directory %q and log group %q, want defaults of the object's name", n.Directory, n.LogGroup)
	}
	gw.Spec.Storage.Directory, gw.Spec.Logging.LogGroupName = "one", "/two"
	if n := NamesOf(gw); n.Directory != "one" || n.LogGroup != "/two" {
		t.Errorf("directory %q and log group %q, want the spec's", n.Directory, n.LogGroup)
	}
}

func TestEachPortHasItsOwnTargetGroups(t *testing.T) {
	n := NamesOf(named(strings.Repeat("x", 63), "uid"))
	seen := map[string]bool{}
	for port := int32(1); port <= 65535; port++ {
		seen[n.TargetGroup(port)], seen[n.AlternateTargetGroup(port)] = true, true
	}
	if len(seen) != 2*65535 {
		t.Errorf("%d names for two groups of 65535 ports", len(seen))
	}
	if suffix := fmt.Sprintf("-%s-8081", n.hash); !strings.HasSuffix(n.TargetGroup(8081), suffix) {
		t.Errorf("%q does not tell its port", n.TargetGroup(8081))
	}
}
