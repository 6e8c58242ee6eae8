package gatewaycli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/terminal"
)

var moment = time.Date(2000, 1, 1, 0, 10, 0, 0, time.UTC)

// recorded is a gateway as it was recorded, under another name.
func recorded(t *testing.T, situation, name string) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../test/gitops/testdata/situations", situation+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	gw := &v1alpha1.FlexGatewayDeployment{}
	if err := yaml.Unmarshal(text, gw); err != nil {
		t.Fatal(err)
	}
	gw.Name, gw.UID = name, types.UID("uid-"+name)
	return gw
}

// event is one of the gateway of this name.
func event(name, of, reason string, at time.Time) *corev1.Event {
	return &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: name}, InvolvedObject: corev1.ObjectReference{UID: types.UID("uid-" + of)},
		Type: "Normal", Reason: reason, Message: "a sentence", EventTime: metav1.NewMicroTime(at),
	}
}

// bench is a pretended API server, and what a tool on it has said.
type bench struct {
	*Tool
	out bytes.Buffer
}

func newBench(t *testing.T, objects ...client.Object) *bench {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		t.Fatal(err)
	}
	api := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).
		WithIndex(&corev1.Event{}, "involvedObject.uid", func(o client.Object) []string { return []string{string(o.(*corev1.Event).InvolvedObject.UID)} }).Build()
	b := &bench{}
	clock := func() time.Time { return moment }
	b.Tool = &Tool{Gateways: cluster.Gateways{Client: api, Namespace: "flex"}, Out: &b.out, Screen: terminal.New(&b.out), Now: clock, ClusterNow: clock, Program: "flexgw"}
	return b
}

func TestTheExitCodeOfStatusSaysWhetherAllIsReady(t *testing.T) {
	b := newBench(t, recorded(t, "ready", "good"), recorded(t, "denied", "bad"))
	for name, want := range map[string]int{"good": 0, "fgd/bad": CodeNotReady, "": CodeNotReady} {
		for _, format := range TextFormats {
			o := StatusOptions{Format: format}
			run := func() error { return b.Status(t.Context(), name, o) }
			if name == "" {
				run = func() error { return b.List(t.Context(), o) }
			}
			err, code := run(), 0
			var exit *ExitError
			if errors.As(err, &exit) {
				code = exit.Code
			} else if err != nil {
				t.Fatal(err)
			}
			if code != want {
				t.Errorf("%q as %s: exit code %d, want %d", name, format, code, want)
			}
		}
	}
	if err := b.Status(t.Context(), "missing", StatusOptions{Format: FormatText}); err == nil || !strings.HasSuffix(err.Error(), "in the namespace flex") {
		t.Errorf("missing: error %v", err)
	}
}

func TestStatusHasTheEventsOfThisGatewayAndNoOther(t *testing.T) {
	b := newBench(t, recorded(t, "ready", "good"), event("one", "good", "Created", moment), event("two", "other", "Deleting", moment))
	if err := b.Status(t.Context(), "good", StatusOptions{Format: FormatText}); err != nil {
		t.Fatal(err)
	}
	if got := b.out.String(); !strings.Contains(got, "Created  a sentence") || strings.Contains(got, "Deleting") {
		t.Errorf("status:\n%s", got)
	}
}

func TestAnEmptyNamespaceIsToldAndIsNoFailure(t *testing.T) {
	b := newBench(t)
	if err := b.List(t.Context(), StatusOptions{Format: FormatText}); err != nil || b.out.String() != "There is no FlexGatewayDeployment in the namespace flex.\n" {
		t.Errorf("error %v, text %s", err, b.out.String())
	}
	b.out.Reset()
	if err := b.List(t.Context(), StatusOptions{Format: FormatJSON}); err != nil || b.out.String() != "[]\n" {
		t.Errorf("error %v, text %s", err, b.out.String())
	}
}

func TestFollowedEventsAreToldOnceEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, recorded(t, "ready", "good"), event("one", "good", "Created", moment))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Events(ctx, "good", FormatText, true) }()
		synctest.Wait()
		for _, e := range []*corev1.Event{event("two", "good", "Updated", moment.Add(time.Second)), event("three", "other", "Deleting", moment), event("four", "good", "Created", moment)} {
			if err := b.Client.Create(ctx, e); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		lines := strings.Split(strings.TrimSpace(b.out.String()), "\n")
		if len(lines) != 2 || !strings.Contains(lines[0], "Created") || !strings.Contains(lines[1], "Updated") {
			t.Errorf("lines\n%s", b.out.String())
		}
	})
}

func TestAWatchedStatusIsToldAnewWhenItChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, recorded(t, "progressing", "gw"))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Status(ctx, "gw", StatusOptions{Format: FormatText, Watch: true}) }()
		synctest.Wait()
		gw := &v1alpha1.FlexGatewayDeployment{}
		if err := b.Client.Get(ctx, b.Key("gw"), gw); err != nil {
			t.Fatal(err)
		}
		gw.Status = recorded(t, "ready", "gw").Status
		gw.Generation = 1
		if err := b.Client.Update(ctx, gw); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if got := b.out.String(); !strings.HasPrefix(got, "flex/gw  not ready  ") || !strings.Contains(got, "\n\nflex/gw  Ready  ") {
			t.Errorf("text:\n%s", got)
		}
	})
}

func TestADiagramIsWrittenAsItsFilesEndingSays(t *testing.T) {
	fresh := &v1alpha1.FlexGatewayDeployment{} // the least to paint
	fresh.Namespace, fresh.Name = "flex", "good"
	b := newBench(t, fresh)
	folder := t.TempDir()
	for name, begins := range map[string]string{"a.svg": "<svg ", "b.PNG": "\x89PNG"} {
		file := filepath.Join(folder, name)
		if err := errors.Join(CheckDiagramFile(file), b.Diagram(t.Context(), "good", file)); err != nil {
			t.Fatal(err)
		}
		if content, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(content, []byte(begins)) {
			t.Errorf("%s: error %v, begins with %.8q", name, err, content)
		}
	}
	if err := b.Diagram(t.Context(), "good", ""); err != nil || !strings.HasPrefix(b.out.String(), "<svg ") {
		t.Errorf("error %v, stdout %.20s", err, b.out.String())
	}
	if err := CheckDiagramFile("a.gif"); err == nil {
		t.Error("a.gif is taken")
	}
}
