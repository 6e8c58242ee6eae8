package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Names of the files in a Stack's folder. The logs stay when the Stack stops; the
// others say how to reach it and go with it.
const (
	readyFile        = "ready"
	kubeconfigFile   = "kubeconfig"
	envFile          = "env"
	ownerPIDFile     = "flexgw.pid"
	managerPIDFile   = "manager.pid"
	managerLog       = "manager.log"
	controlPlaneLog  = "controlplane.log"
	awsLog           = "awssim.log"
	anypointLog      = "anypointsim.log"
	controlPlaneName = "controlplane" // a folder
)

// InUseError says that the folder belongs to a Stack that is alive.
type InUseError struct {
	// Dir is the folder.
	Dir string
	// PID is the process that uses it, 0 if unknown.
	PID int
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("%s is in use by process %d: stop that first, or take another folder", e.Dir, e.PID)
}

// folder is a Stack's folder, locked for as long as this process lives or until
// close. The lock is on the folder itself, so no lock file can be left behind.
type folder struct {
	dir  string
	lock *os.File
}

// openFolder makes and locks the folder, and removes what a Stack that was killed has
// left in it. The error is an *InUseError if a Stack in it is alive.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	d := &folder{dir: dir, lock: f}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = &InUseError{Dir: dir, PID: d.ownerPID()}
		}
		return nil, errors.Join(err, f.Close())
	}
	if err := errors.Join(d.clean(), d.write(ownerPIDFile, strconv.Itoa(os.Getpid())+"\n")); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *folder) path(name string) string { return filepath.Join(d.dir, name) }

// write writes a file so that a reader sees no file or all of it. It is readable by
// its owner only: some hold keys.
func (d *folder) write(name, content string) error {
	unfinished := d.path("." + name)
	if err := os.WriteFile(unfinished, []byte(content), 0o600); err != nil {
		return err
	}
	return os.Rename(unfinished, d.path(name))
}

func (d *folder) remove(name string) error {
	err := os.Remove(d.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// log opens an empty log file.
func (d *folder) log(name string) (*os.File, error) {
	return os.Create(d.path(name))
}

// clean removes everything but the logs.
func (d *folder) clean() error {
	var errs []error
	for _, name := range []string{readyFile, managerPIDFile, envFile, kubeconfigFile, ownerPIDFile} {
		errs = append(errs, d.remove(name))
	}
	return errors.Join(append(errs, os.RemoveAll(d.path(controlPlaneName)))...)
}

// close gives the folder back.
func (d *folder) close() error { return d.lock.Close() }

func (d *folder) ownerPID() int {
	content, err := os.ReadFile(d.path(ownerPIDFile))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0
	}
	return pid
}
