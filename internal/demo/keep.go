package demo

import "context"

// keep leaves everything running until the context ends, and says how to use it.
func (d *demo) keep(ctx context.Context) error {
	d.headline(10, "All of it is yours until Ctrl-C")
	d.screen.block(
		"In another terminal:",
		"",
		"  . "+d.stack.EnvFile(),
		"",
		"That sets KUBECONFIG, the endpoint, region and credentials of the simulated AWS, and puts",
		"kubectl into PATH. Then, for example:",
		"",
		"  kubectl describe "+resourceName+" "+d.sample.key.Name+" -n "+d.sample.key.Namespace,
		"  kubectl get events -n "+d.sample.key.Namespace+" --watch",
		"  kubectl edit "+resourceName+" "+d.sample.key.Name+" -n "+d.sample.key.Namespace,
		"  aws ecs list-services --cluster "+d.story.gateway.Spec.Compute.ClusterName,
		"  aws elbv2 describe-load-balancers",
		"  aws efs describe-file-systems",
		"",
		"Delete something with the AWS CLI and watch it come back within ten minutes of AWS's time.",
		"The logs are in "+d.stack.Dir()+".",
	)
	<-ctx.Done()
	if cause := context.Cause(ctx); !isInterrupt(cause) {
		return cause
	}
	return nil
}
