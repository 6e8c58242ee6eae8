// Package version says which build of the project a program is.
package version

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// number is set by the linker, as hack/build-static.sh does:
//
//	-ldflags "-X flexgw.io/controller/internal/version.number=v1.2.3"
var number string

// unknown is the number of a build that nobody gave one.
const unknown = "development"

// Number is the version, such as v1.2.3. A build without one has that of its Go module,
// where go install knew it, or else the word development.
func Number() string {
	info, _ := debug.ReadBuildInfo()
	return cmp.Or(number, ofModule(info), unknown)
}

// String is what a program prints of itself: its name, the version, and what built it
// for which platform.
func String(program string) string {
	return fmt.Sprintf("%s %s (%s %s/%s)", program, Number(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// ofModule is the version of the main module; empty in a folder of sources, where Go
// says (devel).
func ofModule(info *debug.BuildInfo) string {
	if info == nil || info.Main.Version == "(devel)" {
		return ""
	}
	return info.Main.Version
}
