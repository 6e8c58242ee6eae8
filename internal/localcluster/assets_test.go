package localcluster

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheNewestCompleteVersionOfThisPlatformIsTaken(t *testing.T) {
	platform := "-" + runtime.GOOS + "-" + runtime.GOARCH
	tests := []struct {
		name  string
		store map[string][]string
		want  string // "" for none
	}{
		{name: "no store"},
		{
			name: "versions are compared as numbers",
			store: map[string][]string{
				"1.9.1" + platform:  programs(),
				"1.37.2" + platform: programs(),
			},
			want: "1.37.2" + platform,
		},
		{
			name: "a version that lacks a program is passed over",
			store: map[string][]string{
				"1.36.0" + platform: programs(),
				"1.37.2" + platform: {"etcd", "kubectl"},
			},
			want: "1.36.0" + platform,
		},
		{
			name:  "another platform's is passed over",
			store: map[string][]string{"1.37.2-plan9-mips": programs()},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := filepath.Join(t.TempDir(), "k8s")
			for version, names := range test.store {
				touch(t, filepath.Join(store, version), names)
			}
			got, ok, err := newestIn(store)
			if err != nil {
				t.Fatal(err)
			}
			if ok != (test.want != "") {
				t.Errorf("found = %v, want %v", ok, test.want != "")
			}
			if ok && got.Dir != filepath.Join(store, test.want) {
				t.Errorf("found %s, want %s", got.Dir, test.want)
			}
		})
	}
}

func TestTheEnvironmentVariableIsTakenAtItsWord(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(AssetsVariable, dir)
	if _, err := FindAssets(t.Context(), os.Stderr); err == nil {
		t.Error("an empty folder was accepted")
	}
	touch(t, dir, programs())
	got, err := FindAssets(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Assets{Dir: dir}, got); diff != "" {
		t.Errorf("assets (-want +got):\n%s", diff)
	}
	if got.Combined() {
		t.Error("plain programs were taken for the project's own")
	}
}

func programs() []string { return []string{"etcd", "kube-apiserver", "kubectl"} }

func touch(t *testing.T, dir string, names []string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
