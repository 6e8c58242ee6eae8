package efs

import "flexgw.io/controller/internal/awssim/core"

// refuse returns an error of EFS's model, all of which carry their code as a
// member too. The model says the HTTP status.
func refuse(code, format string, args ...any) *core.Error {
	return core.Errorf(code, format, args...).With("ErrorCode", code)
}

func badRequest(format string, args ...any) *core.Error {
	return refuse("BadRequest", format, args...)
}

func fileSystemNotFound(id string) *core.Error {
	return refuse("FileSystemNotFound", "File system '%s' does not exist.", id)
}

func wrongState(fs *fileSystem) *core.Error {
	return refuse("IncorrectFileSystemLifeCycleState", "File system '%s' is in the life cycle state '%s'; it must be 'available'.", fs.id, fs.state)
}
