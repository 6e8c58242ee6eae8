package core

import (
	"fmt"
	"strings"
)

const hexDigits = "0123456789abcdef"

// Hex returns n random hexadecimal digits.
func (w *World) Hex(n int) string { return w.pick(hexDigits, n) }

// Digits returns n random decimal digits, the first of them not 0.
func (w *World) Digits(n int) string {
	return w.pick("123456789", 1) + w.pick("0123456789", n-1)
}

// Letters returns n random letters and digits, as in the suffix of a secret's ARN.
func (w *World) Letters(n int) string {
	return w.pick("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", n)
}

// ID returns an id in EC2's form: the prefix, a dash and 17 hexadecimal digits.
func (w *World) ID(prefix string) string { return prefix + "-0" + w.Hex(16) }

// UUID returns a random UUID, as request ids are.
func (w *World) UUID() string {
	h := w.Hex(32)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:])
}

func (w *World) pick(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[w.rand.IntN(len(alphabet))])
	}
	return b.String()
}
