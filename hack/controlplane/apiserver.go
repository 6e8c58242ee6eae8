package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// apiserverArgs are kube-apiserver's flags: a cluster's, with RBAC, less what
// needs nodes.
func apiserverArgs(port int, etcd, keys string) []string {
	key := func(name string) string { return filepath.Join(keys, name) }
	return []string{
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--etcd-servers=" + etcd,
		"--client-ca-file=" + key("ca.crt"),
		"--tls-cert-file=" + key("apiserver.crt"),
		"--tls-private-key-file=" + key("apiserver.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + key("sa.key"),
		"--service-account-signing-key-file=" + key("sa.key"),
		"--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.0.0.0/24",
		"--disable-admission-plugins=ServiceAccount", // nothing here makes the default ServiceAccounts
		"--endpoint-reconciler-type=none",
		"--allow-privileged=true",
		"-v=0",
	}
}

// waitReady returns when kube-apiserver answers /readyz, and with an error when it
// ends before, or ctx does.
func waitReady(ctx context.Context, cfg *rest.Config, ended <-chan error) error {
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := probe(ctx, client)
		if err == nil {
			return nil
		}
		select {
		case ended := <-ended:
			return errors.Join(errors.New("ended before it was ready"), ended)
		case <-ctx.Done():
			return fmt.Errorf("not ready: %w", err)
		case <-tick.C:
		}
	}
}

func probe(ctx context.Context, client kubernetes.Interface) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
}
