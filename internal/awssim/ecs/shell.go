package ecs

import (
	"fmt"
	"strings"
)

// shell runs the part of the POSIX shell that it takes to write a file in place:
// simple commands joined by ";", "&&", "||" and line ends, single and double quotes,
// $NAME and ${NAME}, and output redirected with ">". See shellCommands for the
// commands. Anything else ends with 127 and a message, as a command that does not
// exist does.
type shell struct {
	env   map[string]string
	files *files
	// wrote says that a file was written or removed.
	wrote bool

	exitOnError  bool
	unsetIsError bool
	printed      strings.Builder
}

// shellError ends a command with a code and a message.
type shellError struct {
	code    int
	message string
}

func (e *shellError) Error() string { return e.message }

func failure(code int, format string, args ...any) *shellError {
	return &shellError{code: code, message: fmt.Sprintf(format, args...)}
}

// output is what was printed, by lines.
func (sh *shell) output() []string {
	text := strings.TrimRight(sh.printed.String(), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// run runs a line and returns its exit code.
func (sh *shell) run(line string) int {
	tokens, err := tokenize(line)
	if err != nil {
		return sh.report(err)
	}
	code := 0
	for len(tokens) > 0 {
		end := 0
		for end < len(tokens) && tokens[end].operator == "" || end < len(tokens) && tokens[end].operator == ">" {
			end++
		}
		joint := ";"
		if end < len(tokens) {
			joint = tokens[end].operator
		}
		if end > 0 {
			err := sh.simple(tokens[:end])
			if code = sh.report(err); err != nil && err.code == exitNotFound {
				return code
			}
		}
		tokens = tokens[min(end+1, len(tokens)):]
		switch {
		case joint == "&&" && code != 0, joint == "||" && code == 0:
			tokens = skipList(tokens, joint)
		case joint == ";" && code != 0 && sh.exitOnError:
			return code
		}
	}
	return code
}

// skipList drops the command after a "&&" or "||" that is not to be run, with those
// that are joined to it in the same way.
func skipList(tokens []token, joint string) []token {
	for i, t := range tokens {
		if t.operator != "" && t.operator != ">" && t.operator != joint {
			return tokens[i+1:]
		}
	}
	return nil
}

// report prints why a command failed and returns its exit code.
func (sh *shell) report(err *shellError) int {
	if err == nil {
		return 0
	}
	if err.message != "" {
		sh.printed.WriteString("sh: " + err.message + "\n")
	}
	return err.code
}

// simple runs one command with its redirection.
func (sh *shell) simple(tokens []token) *shellError {
	var argv []string
	target := ""
	for i := 0; i < len(tokens); i++ {
		redirected := tokens[i].operator == ">"
		if redirected {
			i++
			if i == len(tokens) {
				return failure(2, "syntax error: unexpected end of line")
			}
		}
		word, err := sh.expand(tokens[i])
		if err != nil {
			return err
		}
		if redirected {
			target = word
			continue
		}
		argv = append(argv, word)
	}
	if len(argv) == 0 {
		return failure(exitNotFound, "redirection without a command: not found")
	}
	command, ok := shellCommands[argv[0]]
	if !ok {
		return failure(exitNotFound, "%s: not found", argv[0])
	}
	out, err := command(sh, argv[1:])
	if target == "" {
		sh.printed.WriteString(out)
		return err
	}
	if unwritten := sh.store(target, []byte(out)); unwritten != nil {
		return unwritten
	}
	return err
}

func (sh *shell) store(name string, data []byte) *shellError {
	if name == "/dev/null" {
		return nil
	}
	if err := sh.files.write(name, data); err != nil {
		return failure(1, "can't create %s: %v", name, err)
	}
	sh.wrote = true
	return nil
}
