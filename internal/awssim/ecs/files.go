package ecs

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"flexgw.io/controller/internal/awssim/efs"
)

var (
	errReadOnly = errors.New("read-only file system")
	errNoFile   = errors.New("no such file or directory")
	errExists   = errors.New("file exists")
	errDenied   = errors.New("permission denied")
)

// files is what a container sees: its own root and the volumes mounted in it.
type files struct {
	mounts []mountPoint
	// made are the directories that were made in it. Others are there with their files.
	made map[string]bool
	// wrote says that a file was written or removed.
	wrote bool
}

type mountPoint struct {
	path     string
	dir      efs.Directory
	readOnly bool
	// denied says that the directory belongs to somebody else than the container's user.
	denied bool
}

// remover is a directory that can remove files. One that cannot keeps them, so
// that a moved file stays under its old name too.
type remover interface {
	Remove(name string) error
}

func newFiles(readOnlyRoot bool) *files {
	return &files{mounts: []mountPoint{{path: "/", dir: newScratch(), readOnly: readOnlyRoot}}, made: map[string]bool{}}
}

func (f *files) mount(m mountPoint) {
	m.path = path.Clean("/" + m.path)
	f.mounts = append(f.mounts, m)
}

// find is the deepest mount point above a name, and the name in it.
func (f *files) find(name string) (mountPoint, string) {
	name = path.Clean("/" + name)
	best, rest := f.mounts[0], strings.TrimPrefix(name, "/")
	for _, m := range f.mounts[1:] {
		inside, ok := strings.CutPrefix(name, m.path)
		if ok && (inside == "" || inside[0] == '/') && len(m.path) >= len(best.path) {
			best, rest = m, strings.TrimPrefix(inside, "/")
		}
	}
	return best, rest
}

func (f *files) read(name string) ([]byte, bool) {
	m, inside := f.find(name)
	return m.dir.ReadFile(inside)
}

func (f *files) write(name string, data []byte) error {
	m, inside := f.find(name)
	if err := m.refuses(); err != nil {
		return err
	}
	f.wrote = true
	return m.dir.WriteFile(inside, data)
}

// refuses is why nothing can be written in the directory, or nil.
func (m mountPoint) refuses() error {
	switch {
	case m.readOnly:
		return errReadOnly
	case m.denied:
		return errDenied
	}
	return nil
}

// writable reports whether the container may write to a file.
func (f *files) writable(name string) bool {
	m, _ := f.find(name)
	return m.refuses() == nil
}

// isDir reports whether there is a directory: a mount point, one that was made, or one
// that a file is in.
func (f *files) isDir(name string) bool {
	name = path.Clean("/" + name)
	if f.made[name] || slices.ContainsFunc(f.mounts, func(m mountPoint) bool { return strings.HasPrefix(m.path+"/", name+"/") || name == "/" }) {
		return true
	}
	m, inside := f.find(name)
	return slices.ContainsFunc(m.dir.List(), func(file string) bool { return strings.HasPrefix(file, inside+"/") })
}

// makeDir makes a directory, and those that it is in.
func (f *files) makeDir(name string) error {
	name = path.Clean("/" + name)
	m, inside := f.find(name)
	if _, ok := m.dir.ReadFile(inside); ok || f.isDir(name) {
		return errExists
	}
	if err := m.refuses(); err != nil {
		return err
	}
	f.made[name] = true
	return nil
}

func (f *files) remove(name string) error {
	m, inside := f.find(name)
	if err := m.refuses(); err != nil {
		return err
	}
	if _, ok := m.dir.ReadFile(inside); !ok {
		return errNoFile
	}
	f.wrote = true
	if dir, ok := m.dir.(remover); ok {
		return dir.Remove(inside)
	}
	return nil
}

// list names the files directly in a directory that is a mount point or below one.
func (f *files) list(dir string) []string {
	m, inside := f.find(dir)
	var names []string
	for _, name := range m.dir.List() {
		rest := name
		if inside != "" {
			var ok bool
			if rest, ok = strings.CutPrefix(name, inside+"/"); !ok {
				continue
			}
		}
		if !strings.Contains(rest, "/") {
			names = append(names, rest)
		}
	}
	return names
}

// scratch is a volume that lives as long as its task.
type scratch map[string][]byte

func newScratch() efs.Directory { return scratch{} }

// ReadFile implements efs.Directory.
func (s scratch) ReadFile(name string) ([]byte, bool) {
	data, ok := s[name]
	return slices.Clone(data), ok
}

// WriteFile implements efs.Directory.
func (s scratch) WriteFile(name string, data []byte) error {
	s[name] = slices.Clone(data)
	return nil
}

// Remove implements remover.
func (s scratch) Remove(name string) error {
	delete(s, name)
	return nil
}

// List implements efs.Directory.
func (s scratch) List() []string { return slices.Sorted(maps.Keys(s)) }
