package ecs

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// command is a program in an image: it returns its exit code.
type command func(p *process) int

// process is a command that runs.
type process struct {
	service   *Service
	container *container
	files     *files
	// dir is the directory that it runs in, args what follows its name.
	dir  string
	args []string
	env  func(name string) string

	stdout, stderr io.Writer
}

// Exit codes.
const (
	exitFailure = 1
	exitUsage   = 2
	// exitNotFound is the exit code for a command that does not exist.
	exitNotFound = 127
)

// fail prints why a command ends with the code.
func (p *process) fail(code int, format string, args ...any) int {
	fmt.Fprintf(p.stderr, format+"\n", args...)
	return code
}

// path is a file's full name.
func (p *process) path(name string) string { return absolute(p.dir, name) }

// fileCommands are in every image.
var fileCommands = map[string]command{"cat": cat, "mv": mv, "cp": cp, "rm": rm, "mkdir": mkdir}

func cat(p *process) int {
	for _, name := range p.args {
		data, ok := p.files.read(p.path(name))
		if !ok {
			return p.fail(exitFailure, "cat: can't open '%s': %v", name, errNoFile)
		}
		_, _ = p.stdout.Write(data) // into memory
	}
	return 0
}

func mv(p *process) int {
	names, ok := p.operands("mv", 2, "-f")
	if !ok {
		return exitFailure
	}
	if code := p.copyFile("mv", names[0], names[1]); code != 0 {
		return code
	}
	if err := p.files.remove(p.path(names[0])); err != nil {
		return p.fail(exitFailure, "mv: can't remove '%s': %v", names[0], err)
	}
	return 0
}

func cp(p *process) int {
	names, ok := p.operands("cp", 2, "-f")
	if !ok {
		return exitFailure
	}
	return p.copyFile("cp", names[0], names[1])
}

// copyFile copies a file to another name, or into a directory.
func (p *process) copyFile(command, from, to string) int {
	data, ok := p.files.read(p.path(from))
	if !ok {
		return p.fail(exitFailure, "%s: can't stat '%s': %v", command, from, errNoFile)
	}
	target := p.path(to)
	if p.files.isDir(target) {
		target += p.path(from)[strings.LastIndexByte(p.path(from), '/'):]
	}
	if err := p.files.write(target, data); err != nil {
		return p.fail(exitFailure, "%s: can't create '%s': %v", command, to, err)
	}
	return 0
}

func rm(p *process) int {
	names, ok := p.operands("rm", 0, "-f")
	if !ok {
		return exitFailure
	}
	for _, name := range names {
		err := p.files.remove(p.path(name))
		if err != nil && !(errors.Is(err, errNoFile) && slices.Contains(p.args, "-f")) {
			return p.fail(exitFailure, "rm: can't remove '%s': %v", name, err)
		}
	}
	return 0
}

func mkdir(p *process) int {
	names, ok := p.operands("mkdir", 0, "-p")
	if !ok {
		return exitFailure
	}
	for _, name := range names {
		err := p.files.makeDir(p.path(name))
		if err != nil && !(errors.Is(err, errExists) && slices.Contains(p.args, "-p")) {
			return p.fail(exitFailure, "mkdir: can't create directory '%s': %v", name, err)
		}
	}
	return 0
}

// operands are the arguments without the one flag that the command knows, of which there
// must be count, or one at least where count is 0.
func (p *process) operands(command string, count int, flag string) (names []string, ok bool) {
	names = slices.DeleteFunc(slices.Clone(p.args), func(a string) bool { return a == flag })
	for _, name := range names {
		if strings.HasPrefix(name, "-") {
			p.fail(0, "%s: unrecognized option '%s'", command, name)
			return nil, false
		}
	}
	if count > 0 && len(names) != count || len(names) == 0 {
		p.fail(0, "%s: wrong number of arguments", command)
		return nil, false
	}
	return names, true
}
