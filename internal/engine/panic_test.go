package engine_test

import (
	"errors"
	"strings"
	"testing"

	"flexgw.io/controller/internal/engine"
)

// panicking is a thing that panics in one of its verbs.
func panicking(c *cloud, name, verb string, needs ...engine.Need) fake {
	return fake{cloud: c, name: name, needs: needs, during: func(v string) {
		if v == verb {
			panic("an index out of range, or a password")
		}
	}}
}

// panicOf is what fn panics with on this goroutine.
func panicOf(fn func()) (value any) {
	defer func() { value = recover() }()
	fn()
	return nil
}

func TestAPanicOfAVisitReachesTheWalksCaller(t *testing.T) {
	for _, verb := range []string{"observe", "create"} {
		t.Run(verb, func(t *testing.T) {
			c := newCloud(nil)
			s := stack()
			base := add(s, panicking(c, "base", verb))
			add(s, fake{cloud: c, name: "top", needs: []engine.Need{engine.Exists(base)}})
			var p *engine.PanicError
			if v, _ := panicOf(func() { s.Apply(t.Context()) }).(error); !errors.As(v, &p) {
				t.Fatalf("recovered %v, want an engine.PanicError", v)
			}
			if p.Identity.Name != "base" || !strings.Contains(p.Error(), "Thing/base") {
				t.Errorf("the panic is of %v: %v", p.Identity, p)
			}
			if strings.Contains(p.Error(), "password") {
				t.Errorf("%q tells what it panicked with", p.Error())
			}
			if text := p.String(); !strings.Contains(text, "password") || !strings.Contains(text, "panic_test.go") {
				t.Errorf("%s\nlacks the value or the place", text)
			}
			if got := c.writes(); len(got) != 0 {
				t.Errorf("after the panic: %v", got)
			}
		})
	}
}

func TestADeletionThatPanicsTakesNothingAsGone(t *testing.T) {
	c, memory := all(), engine.NewMemory()
	s := stack()
	base := add(s, fake{cloud: c, name: "base"})
	add(s, panicking(c, "middle", "observe", engine.Exists(base)))
	s.Remember(memory)
	if panicOf(func() { s.Delete(t.Context()) }) == nil {
		t.Fatal("no panic")
	}
	if !memory.Empty() || len(c.writes()) != 0 {
		t.Errorf("calls %v, and something is remembered: %v", c.writes(), !memory.Empty())
	}
}
