package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"flexgw.io/controller/internal/gatewaycli"
	"flexgw.io/controller/internal/plancli"
	"flexgw.io/controller/internal/rolloutcli"
)

func TestTheDocumentHasEveryCommandOfTheToolAndEveryExitCode(t *testing.T) {
	document := read(t, "../../docs/cli.md")
	commands := 0
	for _, c := range append(newRolloutCommand().Commands(), newTopCommand(), newPlanCommand(), newDiffCommand(),
		newStatusCommand(), newTreeCommand(), newResourcesCommand(), newEventsCommand(), newLogsCommand(), newDiagramCommand()) {
		commands++
		row := "| `" + strings.TrimPrefix(c.UseLine(), "flexgw ")
		row = strings.TrimSuffix(row, " [flags]") + "` |"
		if !strings.Contains(document, row) {
			t.Errorf("docs/cli.md has no row %s", row)
		}
	}
	if rows := strings.Count(document, " NAME` |") + strings.Count(document, " [NAME]` |"); commands != rows {
		t.Errorf("docs/cli.md has rows for %d commands, of which there are %d", rows, commands)
	}
	for _, code := range []int{0, 1, gatewaycli.CodeNotReady} {
		if line := fmt.Sprintf("\n  %d  ", code); !strings.Contains(statusExitCodes, line) {
			t.Errorf("the help of status does not tell the exit code %d", code)
		}
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
	for _, document := range []string{document, read(t, "../../docs/plan.md"), planExitCodes} {
		for _, code := range []int{plancli.CodeNothing, plancli.CodeError, plancli.CodeChanges} {
			if row, line := fmt.Sprintf("\n| %d | there is ", code), fmt.Sprintf("\n  %d  ", code); code != plancli.CodeChanges && !strings.Contains(document, row) && !strings.Contains(document, line) {
				t.Errorf("the exit code %d of plan is not told in\n%.60s", code, document)
			}
		}
		if !strings.Contains(document, "something would be done") {
			t.Errorf("the exit code %d of plan is not told in\n%.60s", plancli.CodeChanges, document)
		}
	}
}

func TestTheDocumentsHaveEveryFlagOfTheCommandsThatLook(t *testing.T) {
	documents := read(t, "../../docs/cli.md") + read(t, "../../docs/logs.md")
	for _, c := range []*cobra.Command{newStatusCommand(), newTreeCommand(), newResourcesCommand(), newEventsCommand(), newLogsCommand(), newDiagramCommand()} {
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(documents, "`--"+f.Name) && !strings.Contains(documents, "`-"+f.Shorthand) {
				t.Errorf("neither docs/cli.md nor docs/logs.md has --%s of %s", f.Name, c.Name())
			}
		})
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
