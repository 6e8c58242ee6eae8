package installation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Branch is the branch that Applications follow.
const Branch = "main"

// Repository is a bare Git repository on disk, with a clone that commits are made in. It can
// be used by several tests at once.
type Repository struct {
	bare, clone, home string
	mu                sync.Mutex
}

// NewRepository makes an empty repository in a folder of its own.
func NewRepository(ctx context.Context, dir string) (*Repository, error) {
	r := &Repository{bare: filepath.Join(dir, "gateways.git"), clone: filepath.Join(dir, "clone"), home: filepath.Join(dir, "home")}
	if err := errors.Join(os.MkdirAll(r.clone, 0o755), os.MkdirAll(r.home, 0o755)); err != nil {
		return nil, err
	}
	return r, r.all(ctx,
		[]string{"init", "--quiet", "--bare", "--initial-branch", Branch, r.bare},
		[]string{"init", "--quiet", "--initial-branch", Branch},
		[]string{"remote", "add", "origin", r.bare})
}

// URL is the repository's, for an Application.
func (r *Repository) URL() string { return "file://" + r.bare }

// Commit lets edit change the files below dir, and commits and pushes what has changed.
func (r *Repository) Commit(ctx context.Context, message string, edit func(dir string) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := edit(r.clone); err != nil {
		return err
	}
	return r.all(ctx, []string{"add", "--all"}, []string{"commit", "--quiet", "--message", message}, []string{"push", "--quiet", "origin", Branch})
}

// Revert commits and pushes the opposite of the last commit.
func (r *Repository) Revert(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all(ctx, []string{"revert", "--no-edit", "HEAD"}, []string{"push", "--quiet", "origin", Branch})
}

// all runs one command after the other, as far as they succeed.
func (r *Repository) all(ctx context.Context, commands ...[]string) error {
	for _, args := range commands {
		if _, err := r.git(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// git runs Git in the clone, without the person's own configuration, and returns what it
// says.
func (r *Repository) git(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir = r.clone
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + r.home,
		"GIT_AUTHOR_NAME=A. Platform Engineer", "GIT_AUTHOR_EMAIL=platform@example.com",
		"GIT_COMMITTER_NAME=A. Platform Engineer", "GIT_COMMITTER_EMAIL=platform@example.com",
	}
	said, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, said)
	}
	return strings.TrimSpace(string(said)), nil
}

// Head is the id of the last commit.
func (r *Repository) Head(ctx context.Context) (string, error) {
	return r.git(ctx, "rev-parse", "HEAD")
}

// Has is whether a revision contains a commit.
func (r *Repository) Has(ctx context.Context, revision, commit string) bool {
	if revision == commit {
		return true
	}
	_, err := r.git(ctx, "merge-base", "--is-ancestor", commit, revision)
	return err == nil
}
