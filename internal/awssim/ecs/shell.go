package ecs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// shell runs a script of the POSIX shell on a container's files, with the commands of
// its image. It does not run a part of a script: one with a command that the simulator
// does not know, or with something that would need processes side by side (pipes, jobs,
// input), ends with 127 before its first command.
type shell struct {
	env      map[string]string
	files    *files
	commands map[string]command
	// service and container are what commands act for.
	service   *Service
	container *container

	printed strings.Builder
}

// scriptSteps is how many statements a script may execute: one that never ends would
// stop the world with it.
const scriptSteps = 100_000

// output is what was printed, by lines.
func (sh *shell) output() []string {
	text := strings.TrimRight(sh.printed.String(), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// say prints a message of the shell itself.
func (sh *shell) say(format string, args ...any) {
	fmt.Fprintf(&sh.printed, "sh: "+format+"\n", args...)
}

// run runs a script and returns its exit code.
func (sh *shell) run(script string, args ...string) int {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(script), "")
	if err != nil {
		sh.say("syntax error: %v", err)
		return exitUsage
	}
	if unknown := unknownIn(file, sh.commands); unknown != "" {
		sh.say("%s: not found", unknown)
		return exitNotFound
	}
	runner, err := interp.New(sh.options(args)...)
	if err != nil {
		sh.say("%v", err)
		return exitUsage
	}
	return sh.code(runner.Run(&steps{Context: context.Background(), left: scriptSteps}, file))
}

// code is the exit code of a script that has ended, which an error that is none explains.
func (sh *shell) code(err error) int {
	var code interp.ExitStatus
	var missing unknownCommandError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &missing):
		sh.say("%s: not found", string(missing))
		return exitNotFound
	default:
		sh.say("%v", err)
		return exitUsage
	}
}

// options lead everything that a script can reach to the simulation: nothing of the
// machine that the simulator runs on is seen.
func (sh *shell) options(args []string) []interp.RunnerOption {
	return []interp.RunnerOption{
		interp.Dir("/"),
		interp.Env(expand.ListEnviron(sh.environment()...)),
		interp.Params(append([]string{"--"}, args...)...),
		interp.StdIO(nil, &sh.printed, &sh.printed),
		interp.CallHandler(sh.call),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return sh.exec }),
		interp.OpenHandler(sh.open),
		interp.StatHandler(sh.stat),
		interp.ReadDirHandler2(sh.readDir),
		interp.AccessHandler(sh.access),
	}
}

// environment is the container's, with what the interpreter would otherwise ask the
// machine for. Its own named pipes are in TMPDIR, which no path can lead to.
func (sh *shell) environment() []string {
	env := maps.Clone(sh.env)
	for name, value := range map[string]string{"HOME": "/", "UID": "0", "EUID": "0", "GID": "0"} {
		if _, set := env[name]; !set {
			if env == nil {
				env = map[string]string{}
			}
			env[name] = value
		}
	}
	env["TMPDIR"] = "/\x00"
	var list []string
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}

// steps ends a script that takes too many.
type steps struct {
	context.Context
	left int
}

// Err implements context.Context. The interpreter asks before each statement.
func (s *steps) Err() error {
	s.left--
	if s.left < 0 {
		return errEndless
	}
	return nil
}

var errEndless = fmt.Errorf("the simulator runs no more than %d statements of a script", scriptSteps)
