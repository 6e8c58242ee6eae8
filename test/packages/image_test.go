package packages_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// fromNothing makes the programs of the image be compiled anew for each build.
var fromNothing = flag.Bool("from-nothing", false, "compile the image's programs twice, each time from an empty cache")

// instruction is one of a Dockerfile: its word, and the rest in one line.
type instruction struct{ word, rest string }

// instructions reads the Dockerfile, as far as it uses the language: comments, and lines
// that a backslash continues.
func instructions(t *testing.T) []instruction {
	t.Helper()
	content, err := os.ReadFile(root + "/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	var all []instruction
	text := regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(string(content), "")
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word != "" {
			all = append(all, instruction{word, strings.TrimSpace(rest)})
		}
	}
	return all
}

// flags are the options of an instruction, such as --from=build.
var flags = regexp.MustCompile(`^(--\S+\s+)+`)

// buildStage is what the first stage of the Dockerfile copies, and the command that builds.
func buildStage(t *testing.T) (sources []string, command string) {
	t.Helper()
	stages := 0
	for _, i := range instructions(t) {
		words := strings.Fields(i.rest)
		switch {
		case i.word == "FROM":
			stages++
		case stages != 1:
		case i.word == "COPY":
			sources = append(sources, words[:len(words)-1]...)
		case i.word == "RUN":
			command = flags.ReplaceAllString(i.rest, "") // the last one
		}
	}
	if stages != 2 || !strings.Contains(command, " /out/manager") {
		t.Fatalf("the Dockerfile has %d stages and builds with %q", stages, command)
	}
	return sources, command
}

// copied copies what the Dockerfile does into a folder, less what .dockerignore leaves out.
func copied(t *testing.T, sources []string, to string) {
	t.Helper()
	for _, source := range sources {
		err := filepath.WalkDir(filepath.Join(root, source), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name, err := filepath.Rel(root, path)
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return fs.SkipDir
			case entry.IsDir():
				return os.MkdirAll(filepath.Join(to, name), 0o755)
			case strings.HasSuffix(name, "_test.go"):
				return nil
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(to, name), content, 0o755)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// buildProgram runs the Dockerfile's command in a folder of its own, and returns what it
// has built.
func buildProgram(t *testing.T, arch string) string {
	t.Helper()
	sources, command := buildStage(t)
	// Of another length each time: a path that gets into the program changes it.
	folder := filepath.Join(t.TempDir(), strings.Repeat("x", len(t.Name())%7+1))
	copied(t, sources, folder)
	out := filepath.Join(t.TempDir(), "manager")
	c := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(command, "/out/manager", out))
	c.Dir = folder
	c.Env = append(os.Environ(), "TARGETOS=linux", "TARGETARCH="+arch, "VERSION=v1.2.3")
	if *fromNothing {
		c.Env = append(c.Env, "GOCACHE="+t.TempDir())
	}
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, said)
	}
	return out
}

func TestTheImagesProgramIsTheSameBytesFromTheSameSources(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		t.Run(arch, func(t *testing.T) {
			var sums []string
			for _, build := range []string{"first", "again-elsewhere"} {
				t.Run(build, func(t *testing.T) {
					content, err := os.ReadFile(buildProgram(t, arch))
					if err != nil {
						t.Fatal(err)
					}
					for _, trace := range []string{os.TempDir() + "/Test", "vcs.revision"} {
						if bytes.Contains(content, []byte(trace)) {
							t.Errorf("the program has %q in it", trace)
						}
					}
					sums = append(sums, fmt.Sprintf("%x", sha256.Sum256(content)))
				})
			}
			if len(sums) == 2 && sums[0] != sums[1] {
				t.Errorf("two builds have the digests %s and %s", sums[0], sums[1])
			}
		})
	}
}

func TestTheImagesProgramSaysItsVersion(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the image's program runs on Linux")
	}
	said, err := exec.CommandContext(t.Context(), buildProgram(t, runtime.GOARCH), "--version").Output()
	if want := "manager v1.2.3 ("; err != nil || !strings.HasPrefix(string(said), want) {
		t.Errorf("the program says %q, %v, want %q first", said, err, want)
	}
}

func TestTheDockerfileMakesAnImageThatRunsAsNobody(t *testing.T) {
	var last []instruction // the last stage
	for _, i := range instructions(t) {
		if i.word == "FROM" {
			last = nil
		}
		last = append(last, i)
	}
	want := []instruction{
		{"USER", "65532:65532"},
		{"ENTRYPOINT", `["/manager"]`},
		{"COPY", "--from=build /out/manager /manager"},
	}
	for _, i := range want {
		if !slices.Contains(last, i) {
			t.Errorf("the last stage has no %s %s", i.word, i.rest)
		}
	}
	for _, i := range last {
		if i.word == "RUN" || i.word == "ADD" {
			t.Errorf("the last stage has %s %s: there is no shell in it, and nothing is fetched", i.word, i.rest)
		}
	}
}

func TestDockerignoreLetsThroughWhatTheDockerfileCopies(t *testing.T) {
	content, err := os.ReadFile(root + "/.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	if !slices.Contains(lines, "*") {
		t.Error(".dockerignore does not begin with leaving everything out")
	}
	for _, i := range instructions(t) {
		words := strings.Fields(i.rest)
		if i.word != "COPY" || strings.HasPrefix(i.rest, "--from=") {
			continue
		}
		for _, source := range words[:len(words)-1] {
			if !slices.Contains(lines, "!"+strings.TrimSuffix(source, "/")) {
				t.Errorf("the Dockerfile copies %s, which .dockerignore leaves out", source)
			}
		}
	}
}

func TestTheDockerfileHasTheCompilerThatGoModAsksFor(t *testing.T) {
	said, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.GoVersion}}", "flexgw.io/controller").Output()
	if err != nil {
		t.Fatal(err)
	}
	minor := regexp.MustCompile(`^\d+\.\d+`).FindString(string(said))
	base := instructions(t)[0].rest
	if !strings.Contains(base, "golang:"+minor+".") {
		t.Errorf("the Dockerfile builds with %q, go.mod asks for Go %s", base, minor)
	}
}
