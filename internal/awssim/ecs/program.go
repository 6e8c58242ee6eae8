package ecs

import (
	"fmt"
	"slices"
)

// programFor chooses how a container behaves by its image and its command.
func (s *Service) programFor(c *container) program {
	d, image := c.definition, imageOf(c)
	argv := slices.Concat(d.EntryPoint, d.Command)
	if len(d.EntryPoint) == 0 {
		argv = slices.Concat(image.entryPoint, d.Command)
	}
	switch {
	case len(argv) == 0 && s.deps.Anypoint != nil:
		return &agent{}
	case len(argv) == 0:
		return &gateway{}
	case len(argv) >= 3 && isShell(argv[0]) && argv[1] == "-c":
		return &shellProgram{script: argv[2], args: argv[3:]}
	}
	if run, ok := image.commands[baseOf(argv[0])]; ok {
		return &commandProgram{run: run, args: argv[1:]}
	}
	return &unknownProgram{argv: argv}
}

// unknownProgram is a command that the simulator does not know.
type unknownProgram struct{ argv []string }

func (p *unknownProgram) start(s *Service, c *container) {
	s.log(c, fmt.Sprintf("exec: %q: executable file not found in $PATH", p.argv))
	s.exit(c, exitNotFound)
}

func (p *unknownProgram) look(*Service, *container) {}

func (p *unknownProgram) probe(string) bool { return false }
