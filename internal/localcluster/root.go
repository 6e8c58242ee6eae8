package localcluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const module = "flexgw.io/controller"

// ModuleRoot finds the folder of the project's sources: the nearest one above the
// working directory, or else above this program's file, whose go.mod is the
// project's.
func ModuleRoot() (string, error) {
	work, err := os.Getwd()
	if err != nil {
		return "", err
	}
	starts := []string{work}
	if exe, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(exe))
	}
	for _, start := range starts {
		root, err := moduleAbove(start)
		if root != "" || err != nil {
			return root, err
		}
	}
	return "", fmt.Errorf("the sources of %s are neither above %s nor above this program: run it inside a clone of the project", module, work)
}

// moduleAbove looks in dir and its parents; "" if none of them is the module.
func moduleAbove(dir string) (string, error) {
	for {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		if first, _, _ := strings.Cut(string(content), "\n"); strings.TrimSpace(first) == "module "+module {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", nil
		}
		dir = parent
	}
}
