package awscloud_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim"
)

// accountKey is an access key that the simulator takes for one of this account.
const (
	account    = "210987654321"
	accountKey = "AKIA" + account + "SIMU"
)

// stage is a simulated AWS and a folder for files, with an environment that says nothing.
type stage struct {
	*testing.T
	sim *awssim.Sim
	dir string
}

func newStage(t *testing.T) *stage {
	sim, err := awssim.New(awssim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") || strings.HasSuffix(strings.ToLower(name), "_proxy") {
			t.Setenv(name, "")
		}
	}
	s := &stage{T: t, sim: sim, dir: t.TempDir()}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", s.write("config", ""))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", s.write("credentials", ""))
	t.Setenv("AWS_REGION", "eu-west-1")
	return s
}

func (s *stage) write(name, content string) string {
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.Fatal(err)
	}
	return path
}

func (s *stage) serve(handler http.Handler) string {
	server := httptest.NewServer(handler)
	s.Cleanup(server.Close)
	return server.URL
}

func (s *stage) useKeys() {
	s.Setenv("AWS_ACCESS_KEY_ID", accountKey)
	s.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
}

// The manager sets no HTTP client and no endpoint of its own, so that what works for
// every other user of the SDK works for it.
func TestTheStandardSettingsOfTheSDKReachAWS(t *testing.T) {
	tests := []struct {
		name string
		set  func(*stage)
		want string
	}{
		{"keys and endpoint in the environment", func(s *stage) {
			s.useKeys()
			s.Setenv("AWS_ENDPOINT_URL", s.serve(s.sim.Handler()))
		}, account},
		{"a private CA", func(s *stage) {
			s.useKeys()
			server := httptest.NewTLSServer(s.sim.Handler())
			s.Cleanup(server.Close)
			s.Setenv("AWS_ENDPOINT_URL", server.URL)
			s.Setenv("AWS_CA_BUNDLE", s.write("ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))))
		}, account},
		{"a profile", func(s *stage) {
			s.write("credentials", "[edge]\naws_access_key_id = "+accountKey+"\naws_secret_access_key = secret\n")
			s.write("config", "[profile edge]\nregion = eu-west-1\nendpoint_url = "+s.serve(s.sim.Handler())+"\n")
			s.Setenv("AWS_PROFILE", "edge")
		}, account},
		{"web identity, as IRSA uses it", func(s *stage) {
			endpoint := s.serve(s.sim.Handler())
			s.Setenv("AWS_ENDPOINT_URL", endpoint)
			s.Setenv("AWS_ENDPOINT_URL_STS", endpoint) // the SDK asks for the token's role before it reads the other
			s.Setenv("AWS_ROLE_ARN", "arn:aws:iam::"+account+":role/flexgw")
			s.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", s.write("token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6ZmxleGd3OmZsZXhndyJ9."))
		}, account},
		{"EKS Pod Identity", func(s *stage) {
			s.Setenv("AWS_ENDPOINT_URL", s.serve(s.sim.Handler()))
			s.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", s.write("token", "pod-token"))
			s.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", s.serve(http.HandlerFunc(podIdentityAgent))+"/v1/credentials")
		}, account},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t)
			test.set(s)
			cloud, err := awscloud.New(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			clients, err := cloud.In(t.Context(), "us-east-1")
			if err != nil {
				t.Fatal(err)
			}
			if clients.Account != test.want || cloud.DefaultRegion() != "eu-west-1" {
				t.Errorf("account %s and default region %s, want %s and eu-west-1", clients.Account, cloud.DefaultRegion(), test.want)
			}
		})
	}
}

// podIdentityAgent answers as the agent on an EKS node does.
func podIdentityAgent(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "pod-token" {
		http.Error(w, "no token", http.StatusForbidden)
		return
	}
	fmt.Fprintf(w, `{"AccessKeyId":%q,"SecretAccessKey":"secret","Token":"session","Expiration":"2099-01-01T00:00:00Z"}`, accountKey)
}

// A proxy for plain HTTP stands for HTTPS_PROXY: both are read by the same transport,
// which leaves out loopback addresses. Go reads these variables once in the life of a
// process, so the test runs itself again in one of its own.
func TestAProxyIsUsed(t *testing.T) {
	const child = "FLEXGW_TEST_BEHIND_PROXY"
	if os.Getenv(child) != "" {
		cloud, err := awscloud.New(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cloud.In(t.Context(), "us-east-1"); err != nil {
			t.Fatal(err)
		}
		return
	}
	s := newStage(t)
	s.useKeys()
	target, err := url.Parse(s.serve(s.sim.Handler()))
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan string, 10)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		asked <- r.In.URL.Host
		r.SetURL(target)
	}}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestAProxyIsUsed$")
	command.Env = append(os.Environ(), child+"=1", "HTTP_PROXY="+s.serve(proxy), "AWS_ENDPOINT_URL=http://aws.example.internal")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if host := <-asked; host != "aws.example.internal" {
		t.Errorf("the proxy was asked for %s", host)
	}
}
