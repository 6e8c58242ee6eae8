package installation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"flexgw.io/controller/internal/child"
)

// component is a program with its arguments, and how one sees that it works.
type component struct {
	name, path string
	args       []string
	ready      func(ctx context.Context) error
}

// run starts the components one after the other. The API server comes first of Argo CD's:
// it makes the key that the others need.
func (i *Installation) run(ctx context.Context) error {
	ports, err := freePorts(ctx, 9)
	if err != nil {
		return err
	}
	port := func(n int) string { return strconv.Itoa(ports[n]) }
	local := func(n int) string { return "127.0.0.1:" + port(n) }
	i.api = "http://" + local(1)
	argocd := filepath.Join(i.programs, "argocd")
	kube := []string{"--kubeconfig", i.options.Cluster.Kubeconfig(), "--namespace", Namespace}
	shared := []string{"--redis", local(0), "--repo-server", local(2), "--repo-server-plaintext"}
	resync := strconv.Itoa(int(i.options.Resync.Seconds()))
	for _, c := range []component{
		{"redis", i.redis, []string{"--port", port(0), "--bind", "127.0.0.1", "--save", "", "--dir", i.options.Dir}, listens(local(0))},
		{"server", argocd, slices.Concat([]string{"argocd-server", "--insecure", "--address", "127.0.0.1", "--port", port(1), "--metrics-port", port(3)}, kube, shared), answers(local(1))},
		{"repo-server", argocd, []string{
			"argocd-repo-server", "--redis", local(0), "--address", "127.0.0.1", "--port", port(2), "--disable-tls",
			"--metrics-address", "127.0.0.1", "--metrics-port", port(4), "--revision-cache-expiration", i.options.Resync.String(),
		}, answers(local(4))},
		{"application-controller", argocd, slices.Concat([]string{
			"argocd-application-controller", "--metrics-port", port(5), "--app-resync", resync, "--app-resync-jitter", "0",
		}, kube, shared), answers(local(5))},
		{"applicationset-controller", argocd, slices.Concat([]string{
			"argocd-applicationset-controller", "--argocd-repo-server", local(2), "--repo-server-plaintext",
			"--metrics-addr", local(6), "--probe-addr", local(7), "--webhook-addr", local(8),
		}, kube), listens(local(8))},
	} {
		if err := i.start(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func (i *Installation) start(ctx context.Context, c component) error {
	log, err := os.Create(filepath.Join(i.options.Dir, c.name+".log"))
	if err != nil {
		return err
	}
	i.logs = append(i.logs, log)
	env, err := i.environment()
	if err != nil {
		return err
	}
	p, err := child.Start(child.Command{Path: c.path, Args: c.args, Dir: i.options.Dir, Env: env, Output: log})
	if err != nil {
		return err
	}
	i.processes = append(i.processes, p)
	return await(ctx, p, c.ready)
}

// environment keeps Argo CD away from the person's own files: Git's configuration, caches
// and keys. The variable with FAKE in its name is Argo CD's own way to run outside of a
// cluster: the address https://kubernetes.default.svc means the kubeconfig's server then.
func (i *Installation) environment() ([]string, error) {
	home := filepath.Join(i.options.Dir, "home")
	temporary := filepath.Join(i.options.Dir, "tmp")
	if err := errors.Join(os.MkdirAll(home, 0o700), os.MkdirAll(temporary, 0o700)); err != nil {
		return nil, err
	}
	var env []string
	for _, e := range os.Environ() {
		name, _, _ := strings.Cut(e, "=")
		if !strings.HasPrefix(name, "ARGOCD_") && !strings.HasPrefix(name, "GIT_") && !strings.HasPrefix(name, "XDG_") {
			env = append(env, e)
		}
	}
	return append(env,
		"HOME="+home, "TMPDIR="+temporary, "KUBECONFIG="+i.options.Cluster.Kubeconfig(),
		"PATH="+i.tools+string(os.PathListSeparator)+os.Getenv("PATH"),
		"ARGOCD_APPLICATIONSET_CONTROLLER_REQUEUE_AFTER="+i.options.Resync.String(),
		"ARGOCD_FAKE_IN_CLUSTER=true", "ARGOCD_GPG_ENABLED=false",
		"ARGOCD_ASK_PASS_SOCK="+filepath.Join(temporary, "ask-pass.sock"),
	), nil
}
