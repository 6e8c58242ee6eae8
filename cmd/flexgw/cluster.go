package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/rolloutcli"
	"flexgw.io/controller/internal/terminal"
)

// clusterFlags say which cluster and namespace a command works in. They are kubectl's,
// and so is what is done without them.
type clusterFlags struct {
	kubeconfig, context, namespace string
}

// clockVariable is the environment variable that "flexgw up" writes for the clock of its
// simulated AWS, by which replicas have started.
const clockVariable = "FLEXGW_CLOCK"

func (f *clusterFlags) addTo(c *cobra.Command) {
	c.PersistentFlags().StringVar(&f.kubeconfig, "kubeconfig", "", "path of the kubeconfig (default: KUBECONFIG, else ~/.kube/config)")
	c.PersistentFlags().StringVar(&f.context, "context", "", "context of the kubeconfig (default: its current one)")
	c.PersistentFlags().StringVarP(&f.namespace, "namespace", "n", "", "namespace of the gateway (default: the context's)")
}

// connect is the client of the cluster, and the namespace.
func (f *clusterFlags) connect() (client.WithWatch, string, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = f.kubeconfig
	overrides := &clientcmd.ConfigOverrides{CurrentContext: f.context}
	overrides.Context.Namespace = f.namespace
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
	namespace, _, err := loader.Namespace()
	if err != nil {
		return nil, "", fmt.Errorf("kubeconfig: %w", err)
	}
	config, err := loader.ClientConfig()
	if err != nil {
		return nil, "", fmt.Errorf("kubeconfig: %w", err)
	}
	config.WarningHandler = rest.NewWarningWriter(os.Stderr, rest.WarningWriterOptions{Deduplicate: true})
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	c, err := client.NewWithWatch(config, client.Options{Scheme: scheme})
	return c, namespace, err
}

// tool is what the commands work with.
func (f *clusterFlags) tool(c *cobra.Command) (*rolloutcli.Tool, error) {
	aws, err := clock.Parse(os.Getenv(clockVariable))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", clockVariable, err)
	}
	api, namespace, err := f.connect()
	if err != nil {
		return nil, err
	}
	return &rolloutcli.Tool{
		Gateways: cluster.Gateways{Client: api, Namespace: namespace}, Out: c.OutOrStdout(), Err: c.ErrOrStderr(), Screen: terminal.New(c.OutOrStdout()),
		Now: aws.Now, Program: c.Root().DisplayName(),
	}, nil
}
