package anypointsim

import (
	"fmt"
	"math/rand/v2"
)

// chance is where ids come from: the same seed gives the same ids.
type chance struct{ source *rand.PCG }

func newChance(seed uint64) *chance { return &chance{source: rand.NewPCG(seed, seed^0xa11)} }

// hex returns n random hexadecimal digits.
func (c *chance) hex(n int) string {
	const digits = "0123456789abcdef"
	r := rand.New(c.source)
	text := make([]byte, n)
	for i := range text {
		text[i] = digits[r.IntN(len(digits))]
	}
	return string(text)
}

// uuid returns a random UUID.
func (c *chance) uuid() string {
	h := c.hex(32)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:])
}
