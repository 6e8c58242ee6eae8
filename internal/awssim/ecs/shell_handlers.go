package ecs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"mvdan.cc/sh/v3/interp"
)

// unknownCommandError ends a script at a command that the simulator does not know.
type unknownCommandError string

// Error implements error.
func (e unknownCommandError) Error() string { return string(e) + ": not found" }

// call is asked before each command, those of the interpreter included.
func (sh *shell) call(_ context.Context, args []string) ([]string, error) {
	name := baseOf(args[0])
	_, known := sh.commands[name]
	switch {
	case name == "umask": // files have no modes here
		return []string{":"}, nil
	case slices.Contains(shellBuiltins, name), known:
		return append([]string{name}, args[1:]...), nil
	case interp.IsBuiltin(name):
		return nil, unknownCommandError(name)
	}
	return args, nil // a function of the script, or unknown
}

// exec runs a command of the image.
func (sh *shell) exec(ctx context.Context, args []string) error {
	run, ok := sh.commands[args[0]]
	if !ok {
		return unknownCommandError(args[0])
	}
	h := interp.HandlerCtx(ctx)
	p := &process{
		service: sh.service, container: sh.container, files: sh.files, dir: h.Dir, args: args[1:],
		env:    func(name string) string { return h.Env.Get(name).String() },
		stdout: h.Stdout, stderr: h.Stderr,
	}
	if code := run(p); code != 0 {
		return interp.ExitStatus(code)
	}
	return nil
}

// open opens a file that output is redirected to.
func (sh *shell) open(ctx context.Context, name string, flag int, _ os.FileMode) (io.ReadWriteCloser, error) {
	full := absolute(interp.HandlerCtx(ctx).Dir, name)
	f := &redirected{files: sh.files, name: full}
	if flag&os.O_APPEND != 0 {
		f.Buffer.Write(first(sh.files.read(full)))
	}
	if err := f.Close(); err != nil { // as the file is made before the command runs
		return nil, &os.PathError{Op: "create", Path: name, Err: err}
	}
	return f, nil
}

func first(data []byte, _ bool) []byte { return data }

// redirected is a file that a command writes.
type redirected struct {
	bytes.Buffer
	files *files
	name  string
}

// Close writes the file.
func (r *redirected) Close() error {
	if r.name == nowhere {
		return nil
	}
	return r.files.write(r.name, r.Bytes())
}

// nowhere takes everything and keeps nothing.
const nowhere = "/dev/null"

func (sh *shell) stat(_ context.Context, name string, _ bool) (fs.FileInfo, error) {
	if data, ok := sh.files.read(name); ok {
		return fileInfo{name: path.Base(name), size: len(data)}, nil
	}
	if sh.files.isDir(name) {
		return fileInfo{name: path.Base(name), dir: true}, nil
	}
	return nil, &os.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

func (sh *shell) readDir(_ context.Context, name string) ([]fs.DirEntry, error) {
	var entries []fs.DirEntry
	for _, file := range sh.files.list(name) {
		entries = append(entries, fs.FileInfoToDirEntry(fileInfo{name: file}))
	}
	return entries, nil
}

// access lets everybody read; nothing in the simulation can be executed but directories.
func (sh *shell) access(ctx context.Context, name string, mode interp.AccessMode) error {
	info, err := sh.stat(ctx, name, true)
	switch {
	case err != nil:
		return err
	case mode&interp.AccessExec != 0 && !info.IsDir(), mode&interp.AccessWrite != 0 && !sh.files.writable(name):
		return fmt.Errorf("%s: %w", name, fs.ErrPermission)
	}
	return nil
}

// fileInfo is what test finds out about a file.
type fileInfo struct {
	name string
	size int
	dir  bool
}

// Name implements fs.FileInfo.
func (f fileInfo) Name() string { return f.name }

// Size implements fs.FileInfo.
func (f fileInfo) Size() int64 { return int64(f.size) }

// Mode implements fs.FileInfo.
func (f fileInfo) Mode() fs.FileMode {
	if f.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}

// ModTime implements fs.FileInfo: nothing here has one.
func (f fileInfo) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.FileInfo.
func (f fileInfo) IsDir() bool { return f.dir }

// Sys implements fs.FileInfo.
func (f fileInfo) Sys() any { return nil }

// absolute is a path as seen from a directory.
func absolute(dir, name string) string {
	if !strings.HasPrefix(name, "/") {
		name = dir + "/" + name
	}
	return path.Clean(name)
}
