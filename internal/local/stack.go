package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"k8s.io/client-go/rest"

	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/localcluster"
)

// Stack is everything that runs.
type Stack struct {
	options Options
	clock   clock.Scaled
	folder  *folder
	// anypoint is nil where there is none.
	anypoint *simulatedAnypoint
	aws      *simulatedAWS
	cluster  *localcluster.Cluster
	// clusterLog is what the control plane says.
	clusterLog *os.File

	// stopped is closed by Stop.
	stopped chan struct{}
	// ended receives why the Stack no longer works, at most once.
	ended chan error

	mu      sync.Mutex
	manager *manager // nil while there is none
}

// Up starts everything and returns when all of it is ready. When something fails, or
// ctx ends, it stops what it has started. The error is an *InUseError if the folder
// belongs to another Stack that is alive.
func Up(ctx context.Context, o Options) (*Stack, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	f, err := openFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &Stack{options: o, clock: o.clock(), folder: f, stopped: make(chan struct{}), ended: make(chan error, 1)}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context) error {
	steps := []struct {
		name string
		run  func(context.Context) error
	}{
		{"simulated AWS", s.startSimulators},
		{"Kubernetes control plane", s.startCluster},
		{"manager", s.StartManager},
	}
	if s.options.Manager == "" {
		steps = steps[:2]
	}
	for _, step := range steps {
		began := time.Now()
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("start the %s: %w", step.name, err)
		}
		fmt.Fprintf(s.options.Progress, "%s: ready after %.1f s\n", step.name, time.Since(began).Seconds())
	}
	return s.folder.write(readyFile, "")
}

func (s *Stack) startSimulators(context.Context) error {
	if s.options.Anypoint {
		log, err := s.folder.log(anypointLog)
		if err != nil {
			return err
		}
		if s.anypoint, err = startAnypoint(s.clock, s.options, log); err != nil {
			return errors.Join(err, log.Close())
		}
	}
	log, err := s.folder.log(awsLog)
	if err != nil {
		return err
	}
	if s.aws, err = startAWS(s.clock, s.options, s.anypoint, log); err != nil {
		return errors.Join(err, log.Close())
	}
	return nil
}

// startCluster starts the control plane, and writes what it takes to reach it.
func (s *Stack) startCluster(ctx context.Context) error {
	crds, err := s.crds()
	if err != nil {
		return err
	}
	if s.clusterLog, err = s.folder.log(controlPlaneLog); err != nil {
		return err
	}
	s.cluster, err = localcluster.Start(ctx, localcluster.Options{
		Dir:      s.folder.path(controlPlaneName),
		CRDs:     crds,
		Output:   s.clusterLog,
		Progress: os.Stderr,
	})
	if err != nil {
		return err
	}
	go s.watchCluster()
	kubeconfig, err := os.ReadFile(s.cluster.Kubeconfig())
	if err != nil {
		return err
	}
	return errors.Join(s.folder.write(kubeconfigFile, string(kubeconfig)), s.folder.write(envFile, s.shellEnv()))
}

func (s *Stack) watchCluster() {
	select {
	case <-s.stopped:
		return
	case <-s.cluster.Done():
	}
	s.fail(fmt.Errorf("the control plane ended; %s says why", s.folder.path(controlPlaneLog)))
}

func (s *Stack) crds() ([]string, error) {
	if s.options.CRDs != nil {
		return s.options.CRDs, nil
	}
	root, err := localcluster.ModuleRoot()
	return []string{filepath.Join(root, "config", "crd")}, err
}

// fail makes Wait return err; the first error wins.
func (s *Stack) fail(err error) {
	select {
	case s.ended <- err:
	default:
	}
}

// Wait returns nil when ctx ends, and an error as soon as the manager or the control
// plane has ended by itself.
func (s *Stack) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.ended:
		return err
	}
}

// Stop stops everything, in the reverse order of the start, and removes the files that
// say how to reach it. The logs stay. It must be called once; the Stack cannot be used
// again.
func (s *Stack) Stop() error {
	close(s.stopped)
	errs := []error{s.folder.remove(readyFile), s.StopManager()}
	if s.cluster != nil {
		errs = append(errs, s.cluster.Stop())
	}
	if s.clusterLog != nil {
		errs = append(errs, s.clusterLog.Close())
	}
	if s.aws != nil {
		errs = append(errs, s.aws.stop())
	}
	if s.anypoint != nil {
		errs = append(errs, s.anypoint.stop())
	}
	return errors.Join(append(errs, s.folder.clean(), s.folder.close())...)
}

// Dir is the Stack's folder.
func (s *Stack) Dir() string { return s.folder.dir }

// Clock is the clock that the manager and the simulated AWS share, until somebody
// changes that of the simulated AWS; the manager's stays as it is.
func (s *Stack) Clock() clock.Scaled { return s.clock }

// AWS is the simulated AWS that runs. After a reset or the load of a snapshot it is
// another, so it should be asked for each time.
func (s *Stack) AWS() *awssim.Sim { return s.aws.host.Sim() }

// AWSEndpoint is the URL at which all services of the simulated AWS answer.
func (s *Stack) AWSEndpoint() string { return s.aws.URL() }

// Anypoint is the simulated Anypoint Platform, nil where there is none.
func (s *Stack) Anypoint() *anypointsim.Sim {
	if s.anypoint == nil {
		return nil
	}
	return s.anypoint.sim
}

// Config is a client configuration with a cluster administrator's rights.
func (s *Stack) Config() *rest.Config { return s.cluster.Config() }

// Cluster is the control plane.
func (s *Stack) Cluster() *localcluster.Cluster { return s.cluster }

// EnvFile is the path of the file that a shell reads to use the Stack.
func (s *Stack) EnvFile() string { return s.folder.path(envFile) }

func (s *Stack) kubectlDir() string { return filepath.Dir(s.cluster.Kubectl()) }
