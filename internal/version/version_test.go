package version

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestTheLinkersVersionComesFirstAndTheModulesNext(t *testing.T) {
	module := func(version string) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}}
	}
	tests := []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{name: "installed by go install", info: module("v1.2.3"), want: "v1.2.3"},
		{name: "built in a folder of sources", info: module("(devel)")},
		{name: "built without modules"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := ofModule(test.info); got != test.want {
				t.Errorf("the module's version is %q, want %q", got, test.want)
			}
		})
	}
	t.Run("stamped by the linker", func(t *testing.T) {
		number = "v4.5.6"
		t.Cleanup(func() { number = "" })
		if got := String("manager"); !strings.HasPrefix(got, "manager v4.5.6 (go") {
			t.Errorf("the program says %q", got)
		}
	})
}
