package ecs

import "maps"

// shellProgram is a container whose entry point is "sh -c" with one line.
type shellProgram struct{ line string }

func (p *shellProgram) start(s *Service, c *container) {
	sh := &shell{env: maps.Clone(c.env), files: c.files}
	code := sh.run(p.line)
	s.log(c, sh.output()...)
	s.exit(c, int32(code))
	if sh.wrote {
		s.lookAgain(c.task.region)
	}
}

func (p *shellProgram) look(*Service, *container) {}

func (p *shellProgram) probe(string) bool { return false }
