package local

import (
	"fmt"
	"os"
	"strings"
)

// variable is one environment variable.
type variable struct{ name, value string }

// variables are what a program needs to find this Stack: the manager, kubectl and the
// AWS CLI alike. The simulator takes any credentials; these name its account.
func (s *Stack) variables() []variable {
	list := []variable{
		{"KUBECONFIG", s.folder.path(kubeconfigFile)},
		{"AWS_ENDPOINT_URL", s.aws.URL()},
		{"AWS_REGION", "us-east-1"},
		{"AWS_DEFAULT_REGION", "us-east-1"},
		{"AWS_ACCESS_KEY_ID", "AKIA123456789012SIMU"},
		{"AWS_SECRET_ACCESS_KEY", "not-a-secret"},
		{"AWS_EC2_METADATA_DISABLED", "true"},
		{"FLEXGW_CLOCK", s.clock.String()},
	}
	if s.anypoint != nil {
		list = append(list, variable{"ANYPOINT_ENDPOINT_URL", s.anypoint.URL()})
	}
	return list
}

// Env is this program's environment with the variables that lead to this Stack, and
// kubectl's folder at the end of PATH.
//
// Variables that would lead the AWS SDK elsewhere, such as a profile of the person's
// own, are left out.
func (s *Stack) Env() []string {
	var env []string
	for _, e := range os.Environ() {
		name, _, _ := strings.Cut(e, "=")
		if name != "PATH" && !strings.HasPrefix(name, "AWS_") && !strings.HasPrefix(name, "ANYPOINT_") {
			env = append(env, e)
		}
	}
	for _, v := range s.variables() {
		env = append(env, v.name+"="+v.value)
	}
	return append(env, "PATH="+os.Getenv("PATH")+string(os.PathListSeparator)+s.kubectlDir())
}

// shellEnv is the env file: what a shell has to read to use this Stack.
func (s *Stack) shellEnv() string {
	var b strings.Builder
	b.WriteString("# Read this with: . " + s.folder.path(envFile) + "\n")
	b.WriteString("unset AWS_PROFILE AWS_SESSION_TOKEN\n")
	for _, v := range s.variables() {
		fmt.Fprintf(&b, "export %s=%s\n", v.name, quote(v.value))
	}
	fmt.Fprintf(&b, "export PATH=\"$PATH\":%s\n", quote(s.kubectlDir()))
	return b.String()
}

// quote is the text as one word of the shell.
func quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
