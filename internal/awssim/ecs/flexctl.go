package ecs

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// runFlexctl is the command "flexctl" in the gateway's image, as far as MuleSoft's
// "Register and Run Flex Gateway" and "Renew Flex Gateway Certificates" tell of it. It
// reaches the Anypoint Platform of Deps.
func runFlexctl(p *process) int {
	verb, args := "", p.args
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") && len(strings.Fields(verb)) < 2 {
		verb, args = strings.TrimSpace(verb+" "+args[0]), args[1:]
		if verb == "probe" || verb == "register" {
			break
		}
	}
	verbs := map[string]func(*process, []string) error{
		"register":             createRegistration, // its old spelling
		"registration create":  createRegistration,
		"registration renew":   renewRegistration,
		"registration inspect": inspectRegistration,
		"registration delete":  deleteRegistration,
		"check connections":    checkConnections,
		"probe":                probeGateway,
	}
	run, ok := verbs[verb]
	if !ok {
		return p.fail(exitFailure, "Error: unknown command %q for \"flexctl\"\nRun 'flexctl --help' for usage.", strings.Join(p.args, " "))
	}
	if err := run(p, args); err != nil {
		return p.fail(exitFailure, "Error: %v", err)
	}
	return 0
}

var errNoPlatform = errors.New("cannot reach the control plane: dial tcp: i/o timeout")

// anypoint is the platform, or why there is none.
func (p *process) anypoint() (platform.Platform, error) {
	if p.service == nil || p.service.deps.Anypoint == nil {
		return nil, errNoPlatform
	}
	return p.service.deps.Anypoint, nil
}

const (
	// usPlane is the control plane where --anypoint-url does not name another.
	usPlane          = "https://anypoint.mulesoft.com"
	registrationFile = "registration.yaml"
	certificateFile  = "certificate.yaml"
)

// flexctlFlags are those that several verbs have.
type flexctlFlags struct {
	*pflag.FlagSet
	by       platform.Credentials
	username string
	plane    string
	output   string
	split    bool
}

func newFlexctlFlags(verb string) *flexctlFlags {
	f := &flexctlFlags{FlagSet: pflag.NewFlagSet(verb, pflag.ContinueOnError)}
	f.SetOutput(io.Discard) // the error is printed, the usage is not
	f.StringVar(&f.by.ClientID, "client-id", "", "")
	f.StringVar(&f.by.ClientSecret, "client-secret", "", "")
	f.StringVar(&f.by.Token, "token", "", "")
	f.StringVar(&f.username, "username", "", "")
	f.String("password", "", "")
	f.String("https-proxy", "", "")
	f.StringVar(&f.plane, "anypoint-url", usPlane, "")
	f.StringVar(&f.output, "output-directory", ".", "")
	f.BoolVar(&f.split, "split", false, "")
	return f
}

// check refuses flags that do not say who asks.
func (f *flexctlFlags) check() error {
	switch {
	case f.username != "":
		return errors.New("the simulator knows no users: use --client-id and --client-secret, or --token")
	case f.by.Token == "" && (f.by.ClientID == "" || f.by.ClientSecret == ""):
		return errors.New("either --token, or --client-id and --client-secret must be given")
	}
	return nil
}

// required are the flags that must have a value.
func (f *flexctlFlags) required(names ...string) error {
	var missing []string
	for _, name := range names {
		if flag := f.Lookup(name); flag == nil || flag.Value.String() == "" {
			missing = append(missing, fmt.Sprintf("%q", name))
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("required flag(s) %s not set", strings.Join(missing, ", "))
	}
	return nil
}

// checkConnections says that the registration exists and that the platform is reached.
func checkConnections(p *process, args []string) error {
	flags := newFlexctlFlags("connections")
	name := flags.String("file", gatewayConfigDir+"/"+registrationFile, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if _, ok := p.files.read(p.path(*name)); !ok {
		return fmt.Errorf("open %s: %w", *name, errNoFile)
	}
	if _, err := p.anypoint(); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "All connections are successful")
	return nil
}

// probeGateway asks the gateway of the container. A command that runs in its place has
// none.
func probeGateway(p *process, args []string) error {
	flags := pflag.NewFlagSet("probe", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	check := flags.String("check", "liveness", "")
	for _, allowed := range []string{"allow-api-errors", "allow-envoy-errors", "allow-policy-errors"} {
		flags.Bool(allowed, false, "")
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *check != "liveness" && *check != "readiness" {
		return fmt.Errorf("invalid argument %q for --check: must be liveness or readiness", *check)
	}
	return errors.New("the Flex Gateway agent is not running")
}
