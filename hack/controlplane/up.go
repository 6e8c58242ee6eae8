package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// bootTimeout is how long etcd and kube-apiserver may take together. They need
// about five seconds on an idle machine.
const bootTimeout = 3 * time.Minute

// options are the flags of "controlplane up".
type options struct {
	dir         string
	port        int
	controllers bool
}

func parseFlags(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("controlplane up", flag.ContinueOnError)
	flags.StringVar(&o.dir, "dir", ".controlplane", "folder for certificates, etcd's data and the kubeconfig; data of an earlier run is deleted")
	flags.IntVar(&o.port, "port", 0, "port of kube-apiserver on 127.0.0.1; 0 picks a free one")
	flags.BoolVar(&o.controllers, "controllers", true, "run the garbage collector and the namespace controller")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var err error
	o.dir, err = filepath.Abs(o.dir)
	return o, err
}

// up runs a control plane until SIGINT or SIGTERM. The kubeconfig appears, whole,
// only when everything answers.
//
// It leaves without stopping etcd and kube-apiserver in good order: the store is
// thrown away, and an open watch would hold a graceful stop for a minute.
func up(args []string) error {
	start := time.Now()
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	apiserver := app.NewAPIServerCommand() // its context ends with SIGINT or SIGTERM
	ctx := apiserver.Context()

	cfg, ended, err := boot(ctx, o, func(args []string) error {
		apiserver.SetArgs(args)
		return apiserver.Execute()
	})
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if o.controllers {
		if err := startControllers(ctx, cfg); err != nil {
			return fmt.Errorf("controllers: %w", err)
		}
	}
	kubeconfig := filepath.Join(o.dir, "kubeconfig")
	if err := writeKubeconfig(kubeconfig, cfg); err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	fmt.Printf("controlplane: ready in %.1f s: KUBECONFIG=%s\n", time.Since(start).Seconds(), kubeconfig)

	select {
	case <-ctx.Done():
		return nil
	case err := <-ended:
		return fmt.Errorf("kube-apiserver ended: %w", err)
	}
}

// boot starts etcd and kube-apiserver and returns once the latter is ready.
func boot(ctx context.Context, o options, serve func(args []string) error) (*rest.Config, <-chan error, error) {
	ctx, cancel := context.WithTimeout(ctx, bootTimeout)
	defer cancel()
	if err := emptyFolders(o.dir); err != nil {
		return nil, nil, err
	}
	etcd, err := startEtcd(ctx, filepath.Join(o.dir, "etcd"))
	if err != nil {
		return nil, nil, fmt.Errorf("etcd: %w", err)
	}
	if o.port == 0 {
		if o.port, err = freePort(); err != nil {
			return nil, nil, err
		}
	}
	keys := filepath.Join(o.dir, "pki")
	cfg, err := writeKeys(keys, o.port)
	if err != nil {
		return nil, nil, fmt.Errorf("keys: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serve(apiserverArgs(o.port, etcd, keys)) }()
	if err := waitReady(ctx, cfg, ended); err != nil {
		return nil, nil, fmt.Errorf("kube-apiserver: %w", err)
	}
	return cfg, ended, nil
}

// emptyFolders removes what an earlier run left and makes the folders anew.
func emptyFolders(dir string) error {
	for _, name := range []string{"etcd", "pki", "kubeconfig"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return os.MkdirAll(filepath.Join(dir, "pki"), 0o700)
}
