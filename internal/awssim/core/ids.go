package core

import (
	"fmt"
	"strings"
)

const hexDigits = "0123456789abcdef"

// Hex returns n random hexadecimal digits.
func (w *World) Hex(n int) string { return w.rand.pick(hexDigits, n) }

// Digits returns n random decimal digits, the first of them not 0.
func (w *World) Digits(n int) string {
	return w.rand.pick("123456789", 1) + w.rand.pick("0123456789", n-1)
}

// Letters returns n random letters and digits, as in the suffix of a secret's ARN.
func (w *World) Letters(n int) string {
	return w.rand.pick("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", n)
}

// ID returns an id in EC2's form: the prefix, a dash and 17 hexadecimal digits.
func (w *World) ID(prefix string) string { return prefix + "-0" + w.Hex(16) }

// UUID returns a random UUID.
func (w *World) UUID() string { return uuid(w.rand) }

func uuid(from *chance) string {
	h := from.pick(hexDigits, 32)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:])
}

func (c *chance) pick(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[c.IntN(len(alphabet))])
	}
	return b.String()
}
