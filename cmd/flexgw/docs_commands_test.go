package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// called is a call of this tool in a document: in a block for a shell, or in backticks.
var called = regexp.MustCompile("(?m)(?:^|[`;&|(] *)(?:bin/|kubectl )?flexgw((?: +[^\\s`|;&>)#\"$]+)*)")

// shell is a block of a document for a shell, and inline what stands in backticks.
var (
	shell  = regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```$")
	fenced = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	inline = regexp.MustCompile("`[^`]+`")
)

// calls are the arguments of the calls in a document.
func calls(document string) [][]string {
	var texts []string
	for _, m := range shell.FindAllStringSubmatch(document, -1) {
		texts = append(texts, m[1])
	}
	texts = append(texts, inline.FindAllString(fenced.ReplaceAllString(document, ""), -1)...)
	var all [][]string
	for _, text := range texts {
		for _, m := range called.FindAllStringSubmatch(text, -1) {
			if arguments := strings.Fields(m[1]); len(arguments) > 0 {
				all = append(all, arguments)
			}
		}
	}
	return all
}

// unknown is the first argument that the tool does not know: a command, or a flag of it.
func unknown(arguments []string) string {
	root := newRootCommand()
	root.InitDefaultCompletionCmd()
	command, rest, err := root.Find(arguments)
	if err != nil {
		return arguments[0]
	}
	for i, argument := range rest {
		name, isFlag := strings.CutPrefix(argument, "-")
		switch {
		case isFlag && !knows(command, name):
			return argument
		case !isFlag && i == 0 && command.HasSubCommands() && argument != "..." && argument == strings.ToLower(argument):
			return argument
		}
	}
	return ""
}

// knows is true for a flag of a command, with one dash already taken away.
func knows(command *cobra.Command, flag string) bool {
	flag, _, _ = strings.Cut(flag, "=")
	command.InitDefaultHelpFlag()
	known := false
	for _, flags := range []*pflag.FlagSet{command.Flags(), command.InheritedFlags()} {
		if name, long := strings.CutPrefix(flag, "-"); long {
			known = known || flags.Lookup(name) != nil
		} else {
			known = known || flags.ShorthandLookup(flag) != nil
		}
	}
	return known
}

func TestTheToolHasEveryCommandAndFlagThatTheDocumentsCall(t *testing.T) {
	names, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range append(names, "../../README.md") {
		for _, arguments := range calls(read(t, name)) {
			found++
			if word := unknown(arguments); word != "" {
				t.Errorf("%s calls flexgw %s: %s is not known", filepath.Base(name), strings.Join(arguments, " "), word)
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d calls were found: the search is broken", found)
	}
}

func TestACallIsFoundInAShellBlockAndInBackticksAndItsMistakesAreSeen(t *testing.T) {
	document := "Run `flexgw plan -f FILE`.\n\n```sh\nbin/flexgw sim calls --failed   # who\nkubectl flexgw rolout status x\n```\n\n```text\nflexgw nonsense\n```\n"
	var got []string
	for _, arguments := range calls(document) {
		got = append(got, strings.Join(arguments, " ")+": "+unknown(arguments))
	}
	want := []string{"sim calls --failed: ", "rolout status x: rolout", "plan -f FILE: "}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := unknown([]string{"rollout", "undo", "x", "--nonsense"}); got != "--nonsense" {
		t.Errorf("the flag that is not there is %q", got)
	}
}
