package efs

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// tree is the files of one file system, by their absolute names.
type tree struct {
	files map[string][]byte
	dirs  map[string]dir
	// gone says that the file system has been deleted under its mounts.
	gone bool
}

// dir is a directory's owner and permissions.
type dir struct {
	uid, gid int64
	mode     uint64
}

// user is who a mount acts as. Root, the user without an access point's POSIX
// user, may do everything.
type user struct {
	uid  int64
	gids []int64
}

const (
	rootMode    = 0o755
	ownerWrites = 0o200
	groupWrites = 0o020
	otherWrites = 0o002
)

var errStale = errors.New("stale file handle")

func newTree() *tree {
	return &tree{files: map[string][]byte{}, dirs: map[string]dir{"/": {mode: rootMode}}}
}

// size is the number of bytes in all files.
func (t *tree) size() int64 {
	var n int64
	for _, data := range t.files {
		n += int64(len(data))
	}
	return n
}

// makeDir makes a directory and those above it that are missing, unless it exists.
func (t *tree) makeDir(name string, d dir) {
	for ; name != "/"; name = path.Dir(name) {
		if _, ok := t.dirs[name]; ok {
			return
		}
		t.dirs[name] = d
	}
}

// nearest is the deepest existing directory on the way to a name.
func (t *tree) nearest(name string) dir {
	for {
		if d, ok := t.dirs[name]; ok {
			return d
		}
		name = path.Dir(name)
	}
}

func (u user) mayWrite(d dir) bool {
	switch {
	case u.uid == 0:
		return true
	case u.uid == d.uid:
		return d.mode&ownerWrites != 0
	case slices.Contains(u.gids, d.gid):
		return d.mode&groupWrites != 0
	default:
		return d.mode&otherWrites != 0
	}
}

// clean is the absolute form of a path.
func clean(name string) string { return path.Clean("/" + name) }

// mounted is a directory of a tree, as somebody who mounted it sees it.
type mounted struct {
	tree *tree
	root string
	user user
}

func (m mounted) absolute(name string) string { return path.Join(m.root, clean(name)) }

// ReadFile returns a copy of a file's content.
func (m mounted) ReadFile(name string) ([]byte, bool) {
	data, ok := m.tree.files[m.absolute(name)]
	if !ok || m.tree.gone {
		return nil, false
	}
	return slices.Clone(data), true
}

// WriteFile writes a file whole, and makes the directories that it is in. A user
// who may not write there gets an error that is fs.ErrPermission.
func (m mounted) WriteFile(name string, data []byte) error {
	full := m.absolute(name)
	if m.tree.gone {
		return fmt.Errorf("%s: %w", name, errStale)
	}
	if _, ok := m.tree.dirs[full]; ok {
		return fmt.Errorf("%s: is a directory", name)
	}
	for parent := path.Dir(full); parent != "/"; parent = path.Dir(parent) {
		if _, ok := m.tree.files[parent]; ok {
			return fmt.Errorf("%s: not a directory", name)
		}
	}
	if !m.user.mayWrite(m.tree.nearest(path.Dir(full))) {
		return fmt.Errorf("%s: %w", name, fs.ErrPermission)
	}
	owner := dir{uid: m.user.uid, mode: rootMode}
	if len(m.user.gids) > 0 {
		owner.gid = m.user.gids[0]
	}
	m.tree.makeDir(path.Dir(full), owner)
	m.tree.files[full] = slices.Clone(data)
	return nil
}

// Remove takes a file away. A file that is not there is an error that is
// fs.ErrNotExist, one in a directory of someone else's fs.ErrPermission.
func (m mounted) Remove(name string) error {
	full := m.absolute(name)
	switch _, ok := m.tree.files[full]; {
	case m.tree.gone:
		return fmt.Errorf("%s: %w", name, errStale)
	case !ok:
		return fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	case !m.user.mayWrite(m.tree.nearest(path.Dir(full))):
		return fmt.Errorf("%s: %w", name, fs.ErrPermission)
	}
	delete(m.tree.files, full)
	return nil
}

// List returns the names of all files below the mounted directory, sorted.
func (m mounted) List() []string {
	if m.tree.gone {
		return nil
	}
	prefix := strings.TrimSuffix(m.root, "/") + "/"
	var names []string
	for _, full := range slices.Sorted(maps.Keys(m.tree.files)) {
		if name, ok := strings.CutPrefix(full, prefix); ok {
			names = append(names, name)
		}
	}
	return names
}
