package demo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/local"
	"flexgw.io/controller/internal/terminal"
)

// resourceName is the gateways' name for kubectl.
const resourceName = "flexgatewaydeployments"

func (d *demo) introduce() {
	d.screen.Say("%s", d.screen.Paint(terminal.Bold, "The life of a Flex Gateway on Amazon ECS, on this machine"))
	d.screen.blank()
	d.screen.block(
		"The Kubernetes API server and the controller (the manager) are the real ones. AWS is",
		"simulated, with the delays that AWS has, and so is the Anypoint Platform; no account is",
		"needed and nothing is paid.",
		fmt.Sprintf("AWS's clock runs %g times as fast as yours. Times like 01:30 are minutes and seconds", d.options.Speed),
		"of AWS's time since the apply.",
	)
}

// up starts the stack and begins to follow the gateway.
func (d *demo) up(ctx context.Context) error {
	d.headline(1, "Start Kubernetes, the simulated clouds and the manager")
	progress := &lineWriter{line: func(line string) { d.screen.block(line) }}
	var err error
	d.stack, err = local.Up(ctx, local.Options{Dir: d.dir, Speed: d.options.Speed, Manager: d.options.Manager, Traffic: d.options.Traffic, Anypoint: d.sample.anypoint, Progress: progress})
	if err != nil {
		return err
	}
	d.kubectl = kubectl{path: d.stack.Cluster().Kubectl(), env: d.stack.Env(), screen: d.screen}
	d.before = d.stack.AWS().Inventory()
	d.screen.block(fmt.Sprintf("In AWS are %s, beside the default VPC that every region has.", count(len(d.before), "resource")))
	return nil
}

// client reads what the story is told from.
func (d *demo) client() (client.WithWatch, error) {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, err
	}
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	return client.NewWithWatch(d.stack.Config(), client.Options{Scheme: scheme})
}

// apply applies the sample and waits until the gateway serves.
func (d *demo) apply(ctx context.Context) error {
	c, err := d.client()
	if err != nil {
		return err
	}
	d.story = &story{sightings: follow(ctx, c, d.sample.key, d.stack.Clock().Now), now: d.stack.Clock().Now}
	if err := d.kubectl.run(ctx, "apply", "--server-side", "-f", d.sample.path); err != nil {
		return err
	}
	d.screen.blank()
	if err := d.until(ctx, "the gateway to be Ready", d.story.isReady); err != nil {
		return err
	}
	calls, refused := callTotals(d.stack.AWS().CallCounts())
	d.screen.blank()
	d.screen.block(timing(d.story.seenAt.Sub(d.story.start), d.options.Speed, criticalPath(d.plan()))...)
	d.screen.block(fmt.Sprintf("It took %d AWS calls, %d of which AWS refused.", calls, refused))
	return nil
}

// plan is what the gateway's critical path depends on.
func (d *demo) plan() plan {
	var p plan
	world := d.stack.AWS().World()
	world.Do(func() { p = planOf(&d.story.gateway.Spec, world.Settings.Latencies) })
	return p
}

// timing compares the time to Ready with the critical path.
func timing(took time.Duration, speed float64, critical path) []string {
	total := critical.total()
	lines := []string{
		fmt.Sprintf("Ready after %s of AWS's time (%s of yours).", short(took), short(time.Duration(float64(took)/speed))),
		fmt.Sprintf("AWS's own delays take at least %s, with everything in parallel that can be. The longest", short(total)),
		"chain of steps that have to wait for each other is:",
	}
	for _, s := range critical {
		lines = append(lines, fmt.Sprintf("  %s  %-40s %6s", stamp(s.start), s.name, short(s.took)))
	}
	return append(lines, fmt.Sprintf("The gateway took %.0f%% of that; the controller's goal is at most 110%%.", 100*took.Seconds()/total.Seconds()))
}

// look shows what a user of the cluster sees.
func (d *demo) look(ctx context.Context) error {
	for _, format := range [][]string{nil, {"-o", "wide"}} {
		args := append([]string{"get", resourceName, "-n", d.sample.key.Namespace}, format...)
		if err := d.kubectl.run(ctx, args...); err != nil {
			return err
		}
		d.screen.blank()
	}
	st := d.story.gateway.Status
	for _, p := range d.story.gateway.Spec.Ports {
		d.screen.block(fmt.Sprintf("Endpoint: %s:%d", st.Endpoint, p.LoadBalancerPort()))
	}
	d.screen.block("Replicas:")
	d.screen.block(replicaTable(st.Tasks)...)
	return nil
}

// scale changes the number of replicas and waits until all of them are healthy.
func (d *demo) scale(replicas int32) func(context.Context) error {
	return func(ctx context.Context) error {
		err := d.kubectl.run(ctx, "scale", resourceName, d.sample.key.Name, "-n", d.sample.key.Namespace, "--replicas="+strconv.Itoa(int(replicas)))
		if err != nil {
			return err
		}
		d.screen.blank()
		goal := fmt.Sprintf("the gateway to be Ready with %d replicas", replicas)
		if err := d.until(ctx, goal, func() bool { return d.story.isReadyWith(replicas) }); err != nil {
			return err
		}
		d.screen.blank()
		d.screen.block(fmt.Sprintf("Ready with %d healthy replicas, %s after the change:", replicas, short(d.story.seenAt.Sub(d.story.changed))))
		d.screen.block(replicaTable(d.story.gateway.Status.Tasks)...)
		d.tellLoad()
		return nil
	}
}

// inventory shows what is in AWS.
func (d *demo) inventory(context.Context) error {
	d.screen.block(inventoryTable(d.stack.AWS().Inventory())...)
	calls, refused := callTotals(d.stack.AWS().CallCounts())
	d.screen.blank()
	d.screen.block(fmt.Sprintf("So far the manager has made %d AWS calls, %d of which AWS refused.", calls, refused))
	return nil
}

// remove deletes the object and waits until it is gone, which is when nothing of it is
// left in AWS.
func (d *demo) remove(ctx context.Context) error {
	d.endLoad()
	err := d.kubectl.run(ctx, "delete", resourceName, d.sample.key.Name, "-n", d.sample.key.Namespace, "--wait=false")
	if err != nil {
		return err
	}
	d.screen.blank()
	if err := d.until(ctx, "the object to be gone", func() bool { return d.story.gateway == nil }); err != nil {
		return err
	}
	d.screen.blank()
	d.screen.block(fmt.Sprintf("Gone %s after the deletion was asked for.", short(d.story.seenAt.Sub(d.story.changed))))
	return nil
}

// prove compares AWS, and the Anypoint Platform, with what they were.
func (d *demo) prove(context.Context) error {
	v := judge(d.before, d.stack.AWS().Inventory())
	tone := terminal.Green
	if v.err() != nil {
		tone = terminal.Red
	}
	for _, line := range v.lines() {
		d.screen.block(d.screen.Paint(tone, line))
	}
	return errors.Join(v.err(), d.proveThere())
}
