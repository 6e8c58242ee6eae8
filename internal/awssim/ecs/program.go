package ecs

import (
	"fmt"
	"slices"
)

// exitNotFound is the exit code for a command that does not exist.
const exitNotFound = 127

// programFor chooses how a container behaves. There is one image, which runs the
// gateway unless its entry point is replaced by a shell.
func programFor(c *container) program {
	d := c.definition
	argv := slices.Concat(d.EntryPoint, d.Command)
	switch {
	case len(d.EntryPoint) == 0 && len(d.Command) == 0:
		return &gateway{}
	case len(argv) >= 3 && (argv[0] == "sh" || argv[0] == "/bin/sh") && argv[1] == "-c":
		return &shellProgram{line: argv[2]}
	default:
		return &unknownProgram{argv: argv}
	}
}

// unknownProgram is a command that the simulator does not know.
type unknownProgram struct{ argv []string }

func (p *unknownProgram) start(s *Service, c *container) {
	s.log(c, fmt.Sprintf("exec: %q: executable file not found in $PATH", p.argv))
	s.exit(c, exitNotFound)
}

func (p *unknownProgram) look(*Service, *container) {}

func (p *unknownProgram) probe(string) bool { return false }
