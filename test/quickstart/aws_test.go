package quickstart

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
)

// onAWS are the pages whose commands need a cluster and an account. They cannot be run
// here; what they name is checked.
var onAWS = []string{"docs/quickstart-eks.md", "docs/quickstart-kind.md", "docs/install.md"}

var (
	heredoc   = regexp.MustCompile(`(?s)<<EOF\n(.*?)\nEOF\n`)
	setValue  = regexp.MustCompile(`--set ([A-Za-z.]+)=`)
	inFolder  = regexp.MustCompile(`\b((?:charts|config|docs)/[A-Za-z0-9_./-]*[A-Za-z0-9])`)
	extracted = regexp.MustCompile(`awk -v n=\$n '[^']+' docs/iam\.md`)
	variable  = regexp.MustCompile(`\$(?:\([^)]*\)|[A-Z]+)`)
)

// values stand for the variables of the pages.
var values = map[string]string{
	"$ACCOUNT": "123456789012", "$OIDC": "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE",
	"$ORGANIZATION": "01234567-89ab-cdef-0123-456789abcdef", "$ENVIRONMENT": "11234567-89ab-cdef-0123-456789abcdef",
	"$(curl -sS https://checkip.amazonaws.com)": "203.0.113.7",
}

// filled is a text with values in the place of variables.
func filled(t *testing.T, text string) string {
	t.Helper()
	return variable.ReplaceAllStringFunc(text, func(name string) string {
		value, known := values[name]
		if !known {
			t.Errorf("there is no value for %s", name)
		}
		return value
	})
}

// files are what a page writes by a here document, or hands to kubectl by one.
func files(t *testing.T, name string) []string {
	t.Helper()
	var all []string
	for _, m := range heredoc.FindAllStringSubmatch(strings.Join(of(blocks(t, name), "sh"), "\n"), -1) {
		all = append(all, filled(t, m[1]))
	}
	return all
}

func TestTheCommandsOfTheQuickStartsAreRightForAShell(t *testing.T) {
	for _, name := range onAWS {
		for _, text := range of(blocks(t, name), "sh") {
			check := exec.CommandContext(t.Context(), "bash", "-n")
			// What a person fills in is not for a shell: <registry>.
			check.Stdin = strings.NewReader(regexp.MustCompile(`<([a-z]+)>`).ReplaceAllString(text, "$1"))
			if output, err := check.CombinedOutput(); err != nil {
				t.Errorf("%s: %v: %s in\n%s", name, err, output, text)
			}
		}
	}
}

func TestTheQuickStartsNameValuesThatTheChartHas(t *testing.T) {
	var chart map[string]any
	if err := yaml.Unmarshal([]byte(read(t, "charts/flexgw/values.yaml")), &chart); err != nil {
		t.Fatal(err)
	}
	for _, name := range onAWS {
		for _, m := range setValue.FindAllStringSubmatch(read(t, name), -1) {
			var value any = chart
			for _, key := range strings.Split(m[1], ".") {
				inner, isMap := value.(map[string]any)
				if isMap && len(inner) == 0 {
					break // keys that a person chooses, such as those of labels
				}
				var there bool
				if value, there = inner[key]; !there {
					t.Errorf("%s sets %s, which the chart does not have", name, m[1])
					break
				}
			}
		}
	}
}

func TestTheQuickStartsNameFilesThatAreThere(t *testing.T) {
	for _, name := range append([]string{page}, onAWS...) {
		for _, text := range of(blocks(t, name), "sh") {
			for _, m := range inFolder.FindAllStringSubmatch(text, -1) {
				if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

func TestTheQuickStartsCutThePoliciesOutOfTheirDocument(t *testing.T) {
	policies := of(blocks(t, "docs/iam.md"), "json")
	if len(policies) != 2 {
		t.Fatalf("docs/iam.md has %d policies, want 2", len(policies))
	}
	for _, name := range []string{"docs/quickstart-eks.md", "docs/quickstart-kind.md"} {
		command := extracted.FindString(read(t, name))
		if command == "" {
			t.Errorf("%s does not cut the policies out of docs/iam.md", name)
			continue
		}
		for i, want := range policies {
			cut := exec.CommandContext(t.Context(), "bash", "-c", "n=$1; "+command, "bash", []string{"1", "2"}[i])
			cut.Dir = root
			got, err := cut.CombinedOutput()
			if err != nil || string(got) != want {
				t.Errorf("%s: policy %d is cut out as %v\n%s", name, i+1, err, got)
			}
		}
	}
}

func TestThePoliciesAndObjectsOfTheQuickStartsCanBeRead(t *testing.T) {
	gateways := 0
	for _, name := range onAWS {
		texts := of(blocks(t, name), "json")
		for _, text := range files(t, name) {
			if strings.HasPrefix(text, "{") {
				texts = append(texts, text)
				continue
			}
			gateways++
			var gw v1alpha1.FlexGatewayDeployment
			if err := yaml.UnmarshalStrict([]byte(text), &gw); err != nil {
				t.Errorf("%s: %v in\n%s", name, err, text)
			}
		}
		for _, text := range texts {
			if !json.Valid([]byte(text)) {
				t.Errorf("%s: this is no JSON:\n%s", name, text)
			}
		}
	}
	if gateways != 2 { // that of EKS, and that of install.md
		t.Errorf("the pages have %d gateways, want 2", gateways)
	}
}
