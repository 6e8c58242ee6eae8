package demo

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheTailOfALogIsItsLastLines(t *testing.T) {
	log := filepath.Join(t.TempDir(), "manager.log")
	if got := tail(log, 2); got != nil {
		t.Errorf("the tail of no file is %q", got)
	}
	if err := os.WriteFile(log, []byte("one\ntwo\nthree\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"two", "three"}, tail(log, 2)); diff != "" {
		t.Errorf("two lines (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"one", "two", "three"}, tail(log, 9)); diff != "" {
		t.Errorf("all lines (-want +got):\n%s", diff)
	}
}
