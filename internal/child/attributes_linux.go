package child

import "syscall"

// attributes put the child into a process group of its own and have the kernel kill
// it when its parent dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
