// Command manager is the controller: it runs in a Kubernetes cluster and makes the AWS
// resources of FlexGatewayDeployments.
//
// The cluster and AWS come from the environment: KUBECONFIG or the service account, and
// the standard settings of the AWS SDK (AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL,
// AWS_CA_BUNDLE, HTTPS_PROXY, web identity, EKS Pod Identity). ANYPOINT_ENDPOINT_URL has all
// calls to the Anypoint Platform go to one address, whatever the control plane.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/controllers"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/version"
)

// options are the manager's flags.
type options struct {
	metricsAddress, probeAddress string
	leaderElection               bool
	leaderElectionNamespace      string
	namespace                    string
	workers                      int
	lookEvery, watchEvery        time.Duration
	anypointEvery                time.Duration
	log                          zap.Options
	version                      bool
}

// clockVariable names the clock of the local simulators; it is not set in production.
const clockVariable = "FLEXGW_CLOCK"

// anypointVariable is the address of the Anypoint Platform where it is not the control
// plane's own, as with the simulator.
const anypointVariable = "ANYPOINT_ENDPOINT_URL"

func main() {
	opts := readFlags()
	if opts.version {
		fmt.Println(version.String("manager"))
		return
	}
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&opts.log)))
	if err := run(ctrl.SetupSignalHandler(), opts); err != nil {
		ctrl.Log.Error(err, "the manager ends")
		os.Exit(1)
	}
}

func readFlags() *options {
	opts := &options{}
	flag.StringVar(&opts.metricsAddress, "metrics-bind-address", ":8080", "address of the Prometheus metrics; 0 turns them off")
	flag.StringVar(&opts.probeAddress, "health-probe-bind-address", ":8081", "address of /healthz and /readyz")
	flag.BoolVar(&opts.leaderElection, "leader-elect", true, "let only one of several managers work")
	flag.StringVar(&opts.leaderElectionNamespace, "leader-election-namespace", "", "namespace of the lease; default: the manager's own")
	flag.StringVar(&opts.namespace, "watch-namespace", "", "namespace to watch; default: all")
	flag.IntVar(&opts.workers, "workers", 10, "gateways that are worked on at once")
	flag.DurationVar(&opts.lookEvery, "look-every", 10*time.Minute, "how often a gateway that is ready is compared with AWS")
	flag.DurationVar(&opts.watchEvery, "watch-every", 30*time.Second, "how often ECS is asked whether the services of ready gateways are as they were, ten in a call; 0 turns it off")
	flag.DurationVar(&opts.anypointEvery, "anypoint-every", time.Minute, "how often the Anypoint Platform is asked whether the gateways are connected as they were, one list for each environment; 0 turns it off")
	flag.BoolVar(&opts.version, "version", false, "print the version, and end")
	opts.log.BindFlags(flag.CommandLine)
	flag.Parse()
	return opts
}

func run(ctx context.Context, opts *options) error {
	if opts.lookEvery <= 0 {
		return fmt.Errorf("--look-every is %s: without a pause between looks AWS would throttle the account", opts.lookEvery)
	}
	theClock, err := clock.Parse(os.Getenv(clockVariable))
	if err != nil {
		return fmt.Errorf("%s: %w", clockVariable, err)
	}
	mgr, err := newManager(opts)
	if err != nil {
		return err
	}
	registered, err := registerMetrics(metrics.Registry, mgr.GetCache(), mgr.Elected())
	if err != nil {
		return err
	}
	cloud, err := awscloud.New(ctx, registered.aws)
	if err != nil {
		return err
	}
	platform := anypoint.NewPlatform(anypoint.Options{Endpoint: os.Getenv(anypointVariable), Clock: theClock, Metrics: registered.anypoint})
	reconciler := &controllers.Reconciler{
		Client: mgr.GetClient(), Reader: mgr.GetAPIReader(), Recorder: mgr.GetEventRecorder("flexgw-controller"),
		Cloud: cloud, Anypoint: platform, Clock: theClock, LookEvery: opts.lookEvery, WatchEvery: opts.watchEvery,
		AnypointEvery: opts.anypointEvery, Metrics: registered.gateways,
	}
	if err := reconciler.SetupWithManager(ctx, mgr, opts.workers); err != nil {
		return fmt.Errorf("set the controller up%s: %w", hint(err), err)
	}
	ctrl.Log.Info("the manager starts", "version", version.Number())
	return mgr.Start(ctx)
}

// hint says what to do where the cluster has no CRD. A manager without one ends before it is
// ready, so that nobody takes an installation for complete.
func hint(err error) string {
	if meta.IsNoMatchError(err) {
		return " (apply config/crd, or install the chart with crds.install=true)"
	}
	return ""
}

func newManager(opts *options) (ctrl.Manager, error) {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, err
	}
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, fmt.Errorf("find the cluster: %w", err)
	}
	managerOptions := ctrl.Options{
		Scheme: scheme, Metrics: metricsserver.Options{BindAddress: opts.metricsAddress}, HealthProbeBindAddress: opts.probeAddress,
		LeaderElection: opts.leaderElection, LeaderElectionID: "flexgw-controller.flexgw.io",
		LeaderElectionNamespace: opts.leaderElectionNamespace, LeaderElectionReleaseOnCancel: true,
		Cache: cacheOptions(opts.namespace),
	}
	mgr, err := ctrl.NewManager(config, managerOptions)
	if err != nil {
		return nil, fmt.Errorf("make the manager: %w", err)
	}
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return nil, err
	}
	return mgr, mgr.AddReadyzCheck("caches", synced(mgr.GetCache()))
}

// synced is ready once the manager sees the cluster: until then nothing is worked on.
func synced(c cache.Cache) healthz.Checker {
	return func(r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), time.Second)
		defer cancel()
		if !c.WaitForCacheSync(ctx) {
			return errors.New("the caches are not in sync yet")
		}
		return nil
	}
}
