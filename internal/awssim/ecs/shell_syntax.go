package ecs

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// shellBuiltins are the commands of the shell itself that scripts may use. The others of
// the interpreter would look at the machine's own files.
var shellBuiltins = []string{
	":", "true", "false", "exit", "set", "shift", "unset", "echo", "printf", "break", "continue", "return",
	"pwd", "cd", "test", "[", "umask",
}

// machineVariables are those whose values the interpreter takes from the machine or from
// chance.
var machineVariables = []string{"$", "!", "PPID", "RANDOM", "SRANDOM", "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME"}

// machineTests are the operators of test that ask about the machine's users and clocks.
var machineTests = []string{"-O", "-G", "-N", "-ef", "-nt", "-ot", "-t"}

// unknownIn is the first thing in a script that cannot be simulated, or "".
func unknownIn(file *syntax.File, commands map[string]command) string {
	functions := map[string]bool{}
	syntax.Walk(file, func(node syntax.Node) bool {
		if f, ok := node.(*syntax.FuncDecl); ok && f.Name != nil {
			functions[f.Name.Value] = true
		}
		return true
	})
	unknown := ""
	syntax.Walk(file, func(node syntax.Node) bool {
		if unknown == "" {
			unknown = unknownNode(node, func(name string) bool {
				_, ok := commands[name]
				return ok || functions[name] || slices.Contains(shellBuiltins, name)
			})
		}
		return unknown == ""
	})
	return unknown
}

func unknownNode(node syntax.Node, known func(string) bool) string {
	switch n := node.(type) {
	case *syntax.BinaryCmd:
		if n.Op != syntax.AndStmt && n.Op != syntax.OrStmt {
			return n.Op.String()
		}
	case *syntax.Stmt:
		if n.Background || n.Coprocess || n.Disown {
			return "&"
		}
	case *syntax.Redirect:
		if !slices.Contains([]syntax.RedirOperator{syntax.RdrOut, syntax.AppOut, syntax.DplOut}, n.Op) {
			return n.Op.String()
		}
	case *syntax.CallExpr:
		return unknownCall(n, known)
	case *syntax.ParamExp:
		if n.Param != nil && slices.Contains(machineVariables, n.Param.Value) {
			return "$" + n.Param.Value
		}
	case *syntax.Word:
		if text := n.Lit(); len(text) > 1 && text[0] == '~' && text[1] != '/' {
			return text
		}
	}
	return ""
}

// unknownCall looks at a command whose name is written out; see shell.call for others.
func unknownCall(call *syntax.CallExpr, known func(string) bool) string {
	if len(call.Args) == 0 {
		return ""
	}
	name := call.Args[0].Lit()
	if name != "" && !known(baseOf(name)) {
		return name
	}
	if name != "test" && name != "[" {
		return ""
	}
	for _, arg := range call.Args[1:] {
		if slices.Contains(machineTests, arg.Lit()) {
			return name + " " + arg.Lit()
		}
	}
	return ""
}

// baseOf is the name of a command that is called by its path in a directory of programs.
func baseOf(name string) string {
	for _, dir := range []string{"/usr/local/bin/", "/usr/bin/", "/bin/"} {
		if base, ok := strings.CutPrefix(name, dir); ok {
			return base
		}
	}
	return name
}
