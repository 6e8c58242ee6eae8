package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/gatewaycli"
	"flexgw.io/controller/internal/plan"
	"flexgw.io/controller/internal/plancli"
	"flexgw.io/controller/internal/rolloutcli"
	"flexgw.io/controller/internal/terminal"
)

// anypointVariable is the address of the Anypoint Platform where it is not the control
// plane's own, as the manager has it.
const anypointVariable = "ANYPOINT_ENDPOINT_URL"

// planFlags say what to plan, and how.
type planFlags struct {
	cluster clusterFlags
	options plancli.Options
	files   []string
	offline bool
}

const planExitCodes = `Exit codes:
  0  there is nothing to do
  1  there is no plan, or the plan has problems: it would not get through as it is
  2  something would be done`

func newPlanCommand() *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use:   "plan NAME",
		Short: "Say what a gateway's spec would do in AWS and the Anypoint Platform, and what it costs",
		Long: `Say what the controller would create, update, replace, restart and delete in AWS and in
the Anypoint Platform, in what order, and what it costs in a month: for the gateways of a
file (-f FILE, or - for stdin), as if it were applied, or for NAME as it is in the cluster.

It reads the cluster, AWS with your own credentials (those of the AWS CLI), and the
Anypoint Platform, and changes nothing. With a file, the API server is asked to apply it
as a dry run, which needs the right to patch; --offline asks no cluster at all.

` + planExitCodes,
		Example: `  flexgw plan -f my-gateway.yaml
  kustomize build overlays/prod | flexgw plan -f - -o markdown
  flexgw plan -f my-gateway.yaml --offline
  flexgw plan my-gateway -n flex
  flexgw plan my-gateway -n flex --delete`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case len(f.files) == 0 && len(args) == 0:
				return errors.New("name a gateway, or a file with -f")
			case len(f.files) > 0 && len(args) > 0:
				return errors.New("name a gateway or a file, not both")
			case len(f.files) == 0 && f.offline:
				return errors.New("--offline needs a file: only the cluster knows a gateway by its name")
			case len(f.files) == 0:
				return f.named(c, args[0], plan.KindChange)
			}
			return f.ofFile(c)
		},
		ValidArgsFunction: completeGateways(&f.cluster),
	}
	f.addTo(c)
	c.Flags().StringArrayVarP(&f.files, "file", "f", nil, "file with FlexGatewayDeployments and, if you like, the Secrets and ConfigMaps that they name; - is stdin. May be there several times")
	c.Flags().BoolVar(&f.offline, "offline", false, "ask no cluster: defaults and rules are this program's own, and every gateway of the file that has no status is a new one")
	c.Flags().BoolVar(&f.options.AssumeSecrets, "assume-secrets", false, "take Secrets that are not there for ones that will be, as those that an ExternalSecret or SealedSecret of the files makes; the plan says what it then cannot know")
	c.Flags().BoolVar(&f.options.Delete, "delete", false, "plan the deletion")
	c.Flags().StringVar(&f.options.FieldManager, "field-manager", "", "who applies the file (default: who has applied it last, else kubectl)")
	return c
}

func newDiffCommand() *cobra.Command {
	var f planFlags
	c := &cobra.Command{
		Use:   "diff NAME",
		Short: "Say where AWS and the Anypoint Platform are not as a gateway's spec asks",
		Long: `Say where AWS and the Anypoint Platform are not as the spec of a gateway asks, and what
the controller would do about it at its next look. It changes nothing.

` + planExitCodes,
		Example: `  flexgw diff my-gateway -n flex`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return f.named(c, args[0], plan.KindDrift) },
	}
	c.ValidArgsFunction = completeGateways(&f.cluster)
	f.addTo(c)
	return c
}

func (f *planFlags) addTo(c *cobra.Command) {
	f.cluster.addTo(c)
	c.Flags().StringVarP(&f.options.Format, "output", "o", plancli.FormatText, "text, json or markdown (for a comment on a pull request)")
}

func (f *planFlags) named(c *cobra.Command, name string, kind plan.Kind) error {
	tool, err := f.tool(c)
	if err != nil {
		return err
	}
	return tool.Named(c.Context(), name, kind, f.options)
}

// ofFile plans for all files together: one may have what another names.
func (f *planFlags) ofFile(c *cobra.Command) error {
	var all bytes.Buffer
	for _, name := range f.files {
		text, err := content(c, name)
		if err != nil {
			return err
		}
		all.Write(text)
		all.WriteString("\n---\n")
	}
	tool, err := f.tool(c)
	if err != nil {
		return err
	}
	return tool.File(c.Context(), &all, f.options)
}

func content(c *cobra.Command, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(c.InOrStdin())
	}
	return os.ReadFile(name)
}

// tool is what the commands work with.
func (f *planFlags) tool(c *cobra.Command) (*plancli.Tool, error) {
	theClock, err := clock.Parse(os.Getenv(clockVariable))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", clockVariable, err)
	}
	var cluster client.Client
	namespace := f.cluster.namespace
	if f.offline && namespace == "" {
		namespace = "default"
	}
	if !f.offline {
		if cluster, namespace, err = f.cluster.connect(); err != nil {
			return nil, err
		}
	}
	cloud, err := awscloud.New(c.Context(), nil)
	if err != nil {
		return nil, err
	}
	return &plancli.Tool{
		Client: cluster, Namespace: namespace, Cloud: cloud, Clock: theClock,
		Anypoint: anypoint.NewPlatform(anypoint.Options{Endpoint: os.Getenv(anypointVariable), Clock: theClock}),
		Out:      c.OutOrStdout(), Screen: terminal.New(c.OutOrStdout()),
	}, nil
}

// exitCode is the exit code of a program that ends with err.
func exitCode(err error) int {
	var planned *plancli.ExitError
	var looked *gatewaycli.ExitError
	switch {
	case errors.As(err, &planned):
		return planned.Code
	case errors.As(err, &looked):
		return looked.Code
	}
	return rolloutcli.ExitCode(err)
}
