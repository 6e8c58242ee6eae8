package ecs

import (
	"errors"
	"slices"
	"strings"
)

// shellCommand is a command of the shell: it returns what it prints.
type shellCommand func(sh *shell, args []string) (string, *shellError)

// shellCommands are all commands there are.
var shellCommands = map[string]shellCommand{
	"set":    (*shell).set,
	"umask":  (*shell).nothing,
	"printf": (*shell).printf,
	"cat":    (*shell).cat,
	"test":   (*shell).test,
	"[":      (*shell).bracket,
	"mv":     (*shell).mv,
	"cp":     (*shell).cp,
	"rm":     (*shell).rm,
}

func (sh *shell) nothing([]string) (string, *shellError) { return "", nil }

// set understands -e and -u.
func (sh *shell) set(args []string) (string, *shellError) {
	for _, arg := range args {
		flags, ok := strings.CutPrefix(arg, "-")
		if !ok || strings.Trim(flags, "eu") != "" {
			return "", failure(exitNotFound, "set %s: not found", arg)
		}
		sh.exitOnError = sh.exitOnError || strings.Contains(flags, "e")
		sh.unsetIsError = sh.unsetIsError || strings.Contains(flags, "u")
	}
	return "", nil
}

// printf understands formats of %s, %% and \n.
func (sh *shell) printf(args []string) (string, *shellError) {
	if len(args) == 0 {
		return "", failure(2, "printf: usage: printf format [arguments]")
	}
	var b strings.Builder
	format, values := args[0], args[1:]
	for i := 0; i < len(format); i++ {
		pair := format[i:min(i+2, len(format))]
		switch {
		case pair == "%s":
			if len(values) > 0 {
				b.WriteString(values[0])
				values = values[1:]
			}
			i++
		case pair == "%%":
			b.WriteByte('%')
			i++
		case pair == `\n`:
			b.WriteByte('\n')
			i++
		case format[i] == '%' || format[i] == '\\':
			return "", failure(exitNotFound, "printf %s: not found", pair)
		default:
			b.WriteByte(format[i])
		}
	}
	return b.String(), nil
}

func (sh *shell) cat(args []string) (string, *shellError) {
	var b strings.Builder
	for _, name := range args {
		data, ok := sh.files.read(name)
		if !ok {
			return b.String(), failure(1, "cat: can't open '%s': %v", name, errNoFile)
		}
		b.Write(data)
	}
	return b.String(), nil
}

// test understands -s (the file exists and is not empty) and -f (it exists).
func (sh *shell) test(args []string) (string, *shellError) {
	if len(args) != 2 || args[0] != "-s" && args[0] != "-f" {
		return "", failure(exitNotFound, "test %s: not found", strings.Join(args, " "))
	}
	data, ok := sh.files.read(args[1])
	if !ok || args[0] == "-s" && len(data) == 0 {
		return "", failure(1, "")
	}
	return "", nil
}

func (sh *shell) bracket(args []string) (string, *shellError) {
	if len(args) == 0 || args[len(args)-1] != "]" {
		return "", failure(2, "[: missing ]")
	}
	return sh.test(args[:len(args)-1])
}

func (sh *shell) mv(args []string) (string, *shellError) {
	names, err := sh.operands("mv", args, 2)
	if err != nil {
		return "", err
	}
	if err := sh.copyFile("mv", names[0], names[1]); err != nil {
		return "", err
	}
	if err := sh.files.remove(names[0]); err != nil {
		return "", failure(1, "mv: can't remove '%s': %v", names[0], err)
	}
	return "", nil
}

func (sh *shell) cp(args []string) (string, *shellError) {
	names, err := sh.operands("cp", args, 2)
	if err != nil {
		return "", err
	}
	return "", sh.copyFile("cp", names[0], names[1])
}

func (sh *shell) copyFile(command, from, to string) *shellError {
	data, ok := sh.files.read(from)
	if !ok {
		return failure(1, "%s: can't stat '%s': %v", command, from, errNoFile)
	}
	if err := sh.files.write(to, data); err != nil {
		return failure(1, "%s: can't create '%s': %v", command, to, err)
	}
	sh.wrote = true
	return nil
}

func (sh *shell) rm(args []string) (string, *shellError) {
	names, err := sh.operands("rm", args, 0)
	if err != nil {
		return "", err
	}
	for _, name := range names {
		err := sh.files.remove(name)
		if err != nil && !(errors.Is(err, errNoFile) && slices.Contains(args, "-f")) {
			return "", failure(1, "rm: can't remove '%s': %v", name, err)
		}
		sh.wrote = true
	}
	return "", nil
}

// operands are the arguments without -f, of which there must be count, or one at
// least where count is 0.
func (sh *shell) operands(command string, args []string, count int) ([]string, *shellError) {
	names := slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "-f" })
	for _, name := range names {
		if strings.HasPrefix(name, "-") {
			return nil, failure(exitNotFound, "%s %s: not found", command, name)
		}
	}
	if count > 0 && len(names) != count || len(names) == 0 {
		return nil, failure(1, "%s: wrong number of arguments", command)
	}
	return names, nil
}
