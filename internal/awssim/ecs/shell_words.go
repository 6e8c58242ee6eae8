package ecs

import "strings"

// token is a word or an operator of a shell line.
type token struct {
	// operator is "", or one of ; && || >.
	operator string
	parts    []wordPart
}

// wordPart is a piece of a word, in which variables are expanded unless it was in
// single quotes.
type wordPart struct {
	text    string
	literal bool
}

// tokenize cuts a line into words and operators.
func tokenize(line string) ([]token, *shellError) {
	var tokens []token
	var word []wordPart
	flush := func() {
		if word != nil {
			tokens = append(tokens, token{parts: word})
		}
		word = nil
	}
	for i := 0; i < len(line); {
		rest := line[i:]
		switch c := line[i]; {
		case c == ' ' || c == '\t':
			flush()
			i++
		case strings.HasPrefix(rest, "&&"), strings.HasPrefix(rest, "||"):
			flush()
			tokens = append(tokens, token{operator: rest[:2]})
			i += 2
		case c == ';' || c == '\n':
			flush()
			tokens = append(tokens, token{operator: ";"})
			i++
		case c == '>':
			flush()
			tokens = append(tokens, token{operator: ">"})
			i++
		case c == '\'' || c == '"':
			end := strings.IndexByte(rest[1:], c)
			if end < 0 {
				return nil, failure(2, "syntax error: unterminated quoted string")
			}
			word = append(word, wordPart{text: rest[1 : end+1], literal: c == '\''})
			i += end + 2
		case strings.IndexByte("&|<()`*?[\\", c) >= 0 && !(c == '[' && word == nil):
			return nil, failure(exitNotFound, "%c: not found", c)
		default:
			end := strings.IndexAny(rest[1:], " \t;\n&|<>()'\"`*?\\")
			if end < 0 {
				end = len(rest) - 1
			}
			word = append(word, wordPart{text: rest[:end+1]})
			i += end + 1
		}
	}
	flush()
	return tokens, nil
}

// expand puts the values of variables into a word.
func (sh *shell) expand(t token) (string, *shellError) {
	var b strings.Builder
	for _, part := range t.parts {
		if part.literal {
			b.WriteString(part.text)
			continue
		}
		text, err := sh.expandVariables(part.text)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

func (sh *shell) expandVariables(text string) (string, *shellError) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, rest := variableName(after)
		if name == "" {
			return "", failure(exitNotFound, "$%s: not found", after)
		}
		value, set := sh.env[name]
		if !set && sh.unsetIsError {
			return "", failure(2, "%s: parameter not set", name)
		}
		b.WriteString(value)
		text = rest
	}
}

// variableName is the name at the start of the text behind a dollar sign, in braces
// or not, and what follows it.
func variableName(text string) (name, rest string) {
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		name, rest, ok = strings.Cut(inner, "}")
		if !ok || nameLength(name) != len(name) {
			return "", ""
		}
		return name, rest
	}
	n := nameLength(text)
	return text[:n], text[n:]
}

func nameLength(text string) int {
	for i, c := range []byte(text) {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return i
		}
	}
	return len(text)
}
