package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"flexgw.io/controller/internal/rolloutcli"
)

func TestTheDocumentHasEveryCommandOfTheToolAndEveryExitCode(t *testing.T) {
	text, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	document := string(text)
	commands := 0
	for _, c := range append(newRolloutCommand().Commands(), newTopCommand()) {
		commands++
		row := "| `" + strings.TrimPrefix(c.UseLine(), "flexgw ")
		row = strings.TrimSuffix(row, " [flags]") + "` |"
		if !strings.Contains(document, row) {
			t.Errorf("docs/cli.md has no row %s", row)
		}
	}
	if commands != strings.Count(document, " NAME` |") {
		t.Errorf("docs/cli.md has rows for %d commands, of which there are %d", strings.Count(document, " NAME` |"), commands)
	}
	help := newRolloutStatusCommand(&clusterFlags{}).Long
	for _, code := range []int{rolloutcli.CodeServed, rolloutcli.CodeError, rolloutcli.CodeFailed, rolloutcli.CodeUnfinished} {
		if row := fmt.Sprintf("\n| %d | ", code); !strings.Contains(document, row) {
			t.Errorf("docs/cli.md has no row for the exit code %d", code)
		}
		if line := fmt.Sprintf("\n  %d  ", code); !strings.Contains(help, line) {
			t.Errorf("the help does not tell the exit code %d", code)
		}
	}
}
