package diagram

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
)

// update rewrites the pictures of testdata: go test ./internal/diagram -update.
var update = flag.Bool("update", false, "rewrite the pictures in testdata")

// situations are gateways as they were recorded.
const situations = "../../test/gitops/testdata/situations"

func recorded(t *testing.T, name string) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	return readGateway(t, filepath.Join(situations, name+".yaml"))
}

func readGateway(t *testing.T, file string) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	gw := &v1alpha1.FlexGatewayDeployment{}
	if err := yaml.Unmarshal(text, gw); err != nil {
		t.Fatal(err)
	}
	return gw
}

// withReplicas gives a gateway as many replicas, over its zones in turn; those from the
// sick-th on are not healthy.
func withReplicas(gw *v1alpha1.FlexGatewayDeployment, n, sick int) *v1alpha1.FlexGatewayDeployment {
	gw.Status.Tasks = nil
	for i := range n {
		zone := i % len(gw.Status.Network.Zones)
		gw.Status.Tasks = append(gw.Status.Tasks, v1alpha1.TaskStatus{
			ID: fmt.Sprintf("%08x0123456789abcdef01234567", 0x1a2b3c4d+i*0x01010101), Zone: gw.Status.Network.Zones[zone], PrivateIP: fmt.Sprintf("172.31.%d.%d", zone*16, 7+i),
			TaskDefinition: "gw-b54c16-Task-Def:1", Status: "RUNNING", Healthy: i < sick, Anypoint: "CONNECTED",
		})
	}
	gw.Status.DesiredReplicas, gw.Status.Replicas, gw.Status.ReadyReplicas = int32(n), int32(n), int32(min(n, sick))
	return gw
}

// withPorts gives a gateway as many ports, all ready.
func withPorts(gw *v1alpha1.FlexGatewayDeployment, n int32) *v1alpha1.FlexGatewayDeployment {
	gw.Spec.Ports = nil
	for i := range n {
		port := 8081 + i
		gw.Spec.Ports = append(gw.Spec.Ports, v1alpha1.PortSpec{Port: port})
		for _, kind := range []string{"Listener", "TargetGroup"} {
			gw.Status.Resources = append(gw.Status.Resources, v1alpha1.ResourceStatus{Kind: kind, Name: fmt.Sprint(port), ID: "arn:" + kind, State: "Ready"})
		}
	}
	return gw
}

func pictures(t *testing.T) map[string]*v1alpha1.FlexGatewayDeployment {
	list := map[string]*v1alpha1.FlexGatewayDeployment{
		"four-replicas": withReplicas(recorded(t, "anypoint-stale"), 4, 3),
		"many-ports":    withPorts(withReplicas(recorded(t, "ready"), 1, 1), 30),
		"many-replicas": withReplicas(recorded(t, "ready"), 37, 36),
		"nothing":       {},
	}
	list["nothing"].Namespace, list["nothing"].Name = "flex", "nothing"
	files, err := filepath.Glob(filepath.Join(situations, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d situations, error %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		list[name] = recorded(t, name)
	}
	return list
}

// golden are the pictures that testdata keeps: a page of differences is seldom read.
var golden = []string{"ready", "four-replicas", "scaled-to-zero", "denied", "many-ports", "nothing"}

func TestAPictureIsTheSameAsBefore(t *testing.T) {
	all, drawn := pictures(t), map[string]*v1alpha1.FlexGatewayDeployment{}
	for _, name := range golden {
		drawn[filepath.Join("testdata", name+".svg")] = all[name]
	}
	// The documents' picture is of the demonstration's gateway, as flexgw up made it.
	drawn["../../docs/pictures/flex-gw-demo-dev-01.svg"] = readGateway(t, "testdata/flex-gw-demo-dev-01.yaml")
	for file, gw := range drawn {
		got := Draw(gw).SVG()
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is another picture: see it, and rewrite it with -update where it is better", file)
		}
	}
}

func TestNoWordsAreCutOffOrLieOverOthers(t *testing.T) {
	for name, gw := range pictures(t) {
		d := Draw(gw)
		var placed []box
		var texts []string
		for _, shape := range d.scene.shapes {
			w, ok := shape.(words)
			if !ok {
				continue
			}
			b := box{x: w.x, y: w.y - w.size*0.75, w: width(w.text, w.size, w.bold), h: w.size * 0.95}
			switch w.anchor {
			case middle:
				b.x -= b.w / 2
			case end:
				b.x -= b.w
			}
			if b.x < 0 || b.y < 0 || b.x+b.w > d.scene.width || b.y+b.h > d.scene.height {
				t.Errorf("%s: %q is outside of the picture", name, w.text)
			}
			for i, other := range placed {
				if b.x < other.x+other.w && other.x < b.x+b.w && b.y < other.y+other.h && other.y < b.y+b.h {
					t.Errorf("%s: %q lies over %q", name, w.text, texts[i])
				}
			}
			placed, texts = append(placed, b), append(texts, w.text)
		}
	}
}

func TestAPictureIsWellFormedAndSaysItsStatesInWords(t *testing.T) {
	for name, gw := range pictures(t) {
		svg := Draw(gw).SVG()
		decoder := xml.NewDecoder(bytes.NewReader(svg))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		for _, r := range gw.Status.Resources {
			if r.State == "Failed" && !bytes.Contains(svg, []byte(">Failed</text>")) {
				t.Errorf("%s: %s/%s has failed, and the picture does not say so", name, r.Kind, r.Name)
			}
		}
	}
}

func TestWhatAContainerOrAWSSaysCannotBecomeMarkup(t *testing.T) {
	gw := recorded(t, "ready")
	gw.Name = "<script>alert(1)</script>\x1b[31m"
	gw.Status.Tasks[0].Status = `"/><image href="http://example.com"/>`
	svg := string(Draw(gw).SVG())
	if strings.Contains(svg, "<script") || strings.Contains(svg, "<image") || strings.Contains(svg, "\x1b") {
		t.Error("markup of others is in the picture")
	}
}

func TestThePNGIsThePictureAtTwiceItsSize(t *testing.T) {
	d := Draw(pictures(t)["nothing"]) // the least to paint
	content, err := d.PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if w, h := float64(img.Bounds().Dx()), float64(img.Bounds().Dy()); w < 2*d.scene.width || w > 2*d.scene.width+1 || h < 2*d.scene.height || h > 2*d.scene.height+1 {
		t.Errorf("%v x %v, want twice %v x %v", w, h, d.scene.width, d.scene.height)
	}
}
