package packages_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
)

// dist runs hack/dist.sh on a copy of the sources, and returns the folder that it writes.
func dist(t *testing.T, args ...string) (folder, said string, err error) {
	t.Helper()
	copied := t.TempDir()
	for _, part := range []string{"charts", "config", "hack"} {
		if err := os.CopyFS(filepath.Join(copied, part), os.DirFS(filepath.Join(root, part))); err != nil {
			t.Fatal(err)
		}
	}
	here, err := filepath.Abs(tools)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), filepath.Join(copied, "hack/dist.sh"), args...)
	c.Env = append(os.Environ(), "PATH="+here+":"+os.Getenv("PATH"), "HELM_CACHE_HOME="+here, "HELM_CONFIG_HOME="+here, "HELM_DATA_HOME="+here)
	output, err := c.CombinedOutput()
	return filepath.Join(copied, "dist"), string(output), err
}

func TestWhatIsReleasedNamesItsImage(t *testing.T) {
	const image = "registry.example.com:5000/team/flexgw-manager"
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"by its version": {[]string{"v1.2.3-rc.1", image}, image + ":v1.2.3-rc.1"},
		"by its digest":  {[]string{"v1.2.3-rc.1", image, "sha256:" + digest}, image + ":v1.2.3-rc.1@sha256:" + digest},
	} {
		t.Run(name, func(t *testing.T) {
			folder, said, err := dist(t, test.args...)
			if err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			text, err := os.ReadFile(filepath.Join(folder, "install.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			all := parse(t, string(text))
			if got := as[appsv1.Deployment](t, all.find(t, "Deployment", manager)).Spec.Template.Spec.Containers[0].Image; got != test.want {
				t.Errorf("install.yaml has the image %s, want %s", got, test.want)
			}
			all.find(t, "CustomResourceDefinition", definition)
			released := parse(t, must(t, "helm", "template", "flexgw", filepath.Join(folder, "flexgw-1.2.3-rc.1.tgz")))
			// People set the chart's image by image.tag or image.digest; a digest of the chart's own would win over a tag.
			if got := as[appsv1.Deployment](t, released.find(t, "Deployment", manager)).Spec.Template.Spec.Containers[0].Image; got != image+":v1.2.3-rc.1" {
				t.Errorf("the chart has the image %s", got)
			}
		})
	}
}

func TestAVersionThatIsNoTagIsNotReleased(t *testing.T) {
	for _, version := range []string{"1.2.3", "v1.2", "v1.2.3+build", "latest"} {
		folder, said, err := dist(t, version, "flexgw-manager")
		if err == nil || !strings.Contains(said, "write v1.2.3") {
			t.Errorf("%s: %v\n%s", version, err, said)
		}
		if written, err := os.ReadDir(folder); err == nil {
			t.Errorf("%s: %v was written", version, written)
		}
	}
}
