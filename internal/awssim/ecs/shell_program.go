package ecs

import (
	"io"
	"maps"
	"strings"
)

// shellProgram is a container whose entry point is "sh -c" with a script. The arguments
// are $0, $1 and so on.
type shellProgram struct {
	script string
	args   []string
}

func (p *shellProgram) start(s *Service, c *container) {
	sh := &shell{env: maps.Clone(c.env), files: c.files, commands: imageOf(c).commands, service: s, container: c}
	code := sh.run(p.script, p.args[min(len(p.args), 1):]...)
	s.ended(c, code, sh.output())
}

func (p *shellProgram) look(*Service, *container) {}

func (p *shellProgram) probe(string) bool { return false }

// commandProgram is a container that runs one command of its image.
type commandProgram struct {
	run  command
	args []string
}

func (p *commandProgram) start(s *Service, c *container) {
	sh := &shell{}
	var out io.Writer = &sh.printed
	code := p.run(&process{
		service: s, container: c, files: c.files, dir: "/", args: p.args,
		env: func(name string) string { return c.env[name] }, stdout: out, stderr: out,
	})
	s.ended(c, code, sh.output())
}

func (p *commandProgram) look(*Service, *container) {}

func (p *commandProgram) probe(string) bool { return false }

// ended notes what a program has printed and arranges for its end. What it wrote is seen
// by the containers that share its files.
func (s *Service) ended(c *container, code int, lines []string) {
	s.log(c, lines...)
	s.exit(c, int32(code))
	if c.files.wrote {
		s.lookAgain(c.task.region)
	}
}

// isShell reports whether a program is a shell.
func isShell(name string) bool { return strings.TrimPrefix(baseOf(name), "/bin/") == "sh" }
