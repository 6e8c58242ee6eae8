// Package gateway is the guide as code: which AWS resources make up a gateway, in the
// guide's order, a line for each. It knows the API and the resources, and nothing of
// the Kubernetes cluster.
package gateway

import (
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// The phases of the work; each has a condition in the status.
const (
	Network       engine.Phase = "Network"
	Storage       engine.Phase = "Storage"
	Identity      engine.Phase = "Identity"
	Compute       engine.Phase = "Compute"
	Registration  engine.Phase = "Registration"
	LoadBalancing engine.Phase = "LoadBalancing"
	Rollout       engine.Phase = "Rollout"
	// HealthCheckAPI is made in the Anypoint Platform.
	HealthCheckAPI engine.Phase = "HealthCheckAPI"
)

// Input is all that a stack is made of.
type Input struct {
	// Gateway is the object, with the API server's defaults.
	Gateway *v1alpha1.FlexGatewayDeployment
	// Cloud are the clients of the gateway's account and region.
	Cloud *awscloud.Clients
	// Registration returns the registration file that the user brought.
	Registration func() (resource.RegistrationContent, error)
	// Credentials returns the credentials of spec.anypoint, and their digest.
	Credentials func() (by anypoint.Credentials, digest string, err error)
	// Anypoint is the doorway to the Anypoint Platform.
	Anypoint *anypoint.Platform
	// Documents returns the documents of the gateway's configuration as one text, and
	// its digest; nil is none.
	Documents func() (text, digest string, err error)
	// Records are what the last walk remembered.
	Records []engine.Record
	// Rollout is the last rollout that was recorded.
	Rollout resource.Rollout
	// Known are the replicas of the last look.
	Known []resource.Replica
	// Connection is what the Anypoint Platform says of the replicas.
	Connection resource.Connection
	// Unlisted is the problem that Runtime Manager does not list the gateway; nil where it
	// does, or was not asked.
	Unlisted error
	// Memory keeps what walks have seen; nil looks at everything.
	Memory *engine.Memory
	// Now tells the time.
	Now func() time.Time
	// DeletedAt is when the object was deleted, as Now tells the time.
	DeletedAt time.Time
}

// Gateway is the stack of a gateway and the resources that its status speaks of.
type Gateway struct {
	*engine.Stack
	Network        *engine.Ref[resource.NetworkState]
	TaskDefinition *engine.Ref[resource.TaskDefinitionState]
	LoadBalancer   *engine.Ref[resource.LoadBalancerState]
	Service        *engine.Ref[resource.ServiceState]
	Replicas       *engine.Ref[resource.ReplicasState]
	// Registered is the registration that the controller made; without a value where it
	// makes none.
	Registered *engine.Ref[resource.RegisteredState]
	// Content is the registration file that the gateway has, whoever registered it; nil
	// where there is none yet.
	Content        func() *resource.RegistrationContent
	HealthCheckAPI *engine.Ref[resource.APIInstanceState]
}

// Stack is the gateway of the guide. The numbers are the guide's steps.
func Stack(in Input) *Gateway {
	b := newBuilder(in)
	s, efs := b.stack, engine.Wanted(b.onEFS())

	// Part 1: foundation
	vpc := engine.Add(s, Network, b.network())                           // 1.1.2, 1.1.3
	traffic := engine.Add(s, Network, b.gatewayGroup(vpc), b.ownGroup()) // 1.2.1
	probing := b.addProbeRules(traffic)                                  // ... spec.probe
	clients := b.groups(traffic)                                         // ... or groups that were there
	nfs := engine.Add(s, Network, b.storageGroup(vpc, clients), efs)     // 1.2.2
	fs := engine.Add(s, Storage, b.fileSystem(), efs)                    // 1.3.1
	mounts := engine.Add(s, Storage, b.mountTargets(fs, vpc, nfs), efs)  // 1.3.2
	directory := engine.Add(s, Storage, b.accessPoint(fs), efs)          // 1.5.3
	logs := engine.Add(s, Compute, b.logGroup())                         // 1.6.1
	role := engine.Add(s, Identity, b.executionRole())                   // 1.6.2
	mover := engine.Add(s, Identity, b.infrastructureRole(), b.moves())  // blue/green
	cluster := engine.Add(s, Compute, b.cluster())                       // 1.6.3
	// Part 2: the gateway. The target groups come first: they must stop to ask a probe that
	// the files or a new revision take away.
	groups, wanted := b.addTargetGroups(vpc)                                                                                        // 3.2.2
	registered := b.addRegistration(role, logs, cluster, vpc, clients)                                                              // 2.1.2
	secrets := b.secrets(registered)                                                                                                // 2.1.2
	writer := engine.Add(s, Registration, b.writer(role, logs, directory, secrets), efs)                                            // 1.4, 1.5
	file := engine.Add(s, Registration, b.registrationFile(cluster, writer, directory, mounts, vpc, secrets, clients, wanted), efs) // 2.1.3
	task := engine.Add(s, Compute, b.taskDefinition(role, logs, directory, secrets.registration, vpc, clients))                     // 1.6.4
	// Part 3: high availability
	lb := engine.Add(s, LoadBalancing, b.loadBalancer(vpc, clients))                                                                                   // 3.2.1
	targets := b.addListeners(lb, groups)                                                                                                              // 3.2.3
	service := engine.Add(s, Rollout, b.service(cluster, task, vpc, clients, targets, role, mover, logs, mounts, file, secrets.registration, probing)) // 2.2.1, 2.2.2, 3.3
	replicas := engine.Add(s, Rollout, b.replicas(cluster, service, task, targets))                                                                    // 2.2.4
	b.addAutoscaling(service)
	api := b.addHealthCheckAPI(registered, service) // 3.1.1
	return &Gateway{
		Stack: s, Network: vpc, TaskDefinition: task, LoadBalancer: lb, Service: service, Replicas: replicas, HealthCheckAPI: api,
		Registered: registered, Content: func() *resource.RegistrationContent { return b.content(registered) },
	}
}
