package resource

import (
	"strconv"
	"strings"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// What a plan foresees of the resources that others are made from: their ids, once AWS has
// given them, and what of a change others can see.

// Foresee is a group whose id only AWS knows.
func (g SecurityGroup) Foresee(_ SecurityGroupWish, before *SecurityGroupState) *SecurityGroupState {
	return orUnknown(before, SecurityGroupState{GroupID: engine.Unknown})
}

// Foresee is a file system whose id only AWS knows.
func (f FileSystem) Foresee(_ FileSystemWish, before *FileSystemState) *FileSystemState {
	return orUnknown(before, FileSystemState{FileSystemID: engine.Unknown, ARN: engine.Unknown})
}

// Foresee is a directory on the file system.
func (a AccessPoint) Foresee(wish AccessPointWish, before *AccessPointState) *AccessPointState {
	return orUnknown(before, AccessPointState{AccessPointID: engine.Unknown, FileSystem: wish.FileSystem})
}

// Foresee is the mount targets in the wanted subnets.
func (m MountTargets) Foresee(wish MountTargetsWish, before *MountTargetsState) *MountTargetsState {
	return orUnknown(before, MountTargetsState{FileSystem: wish.FileSystem})
}

// Foresee is the log group under its name.
func (l LogGroup) Foresee(_ LogGroupWish, before *LogGroupState) *LogGroupState {
	return orUnknown(before, LogGroupState{Name: l.Name})
}

// Foresee is a role whose ARN only AWS knows.
func (r Role) Foresee(_ RoleWish, before *RoleState) *RoleState {
	return orUnknown(before, RoleState{Name: r.Name, ARN: engine.Unknown})
}

// Foresee is the cluster under its name.
func (c Cluster) Foresee(_ ClusterWish, before *ClusterState) *ClusterState {
	return orUnknown(before, ClusterState{Name: c.Name, ARN: engine.Unknown})
}

// Foresee is the secret with another version, where its content changes.
func (s Secret) Foresee(wish SecretWish, before *SecretState) *SecretState {
	foreseen := SecretState{ARN: engine.Unknown, Version: engine.Unknown, Digest: wish.Digest}
	if s.Content == nil {
		foreseen.Version = "" // others fill it
	}
	if before != nil {
		foreseen = *before
		if s.Content != nil && before.Digest != wish.Digest && !strings.Contains(wish.Digest, engine.Unread) {
			foreseen.Version, foreseen.Digest = engine.Unknown, wish.Digest
		}
	}
	return &foreseen
}

// Foresee is another revision: an update never changes one.
func (t TaskDefinition) Foresee(wish TaskDefinitionWish, _ *TaskDefinitionState) *TaskDefinitionState {
	return &TaskDefinitionState{ARN: engine.Unknown, Hash: wish.Hash}
}

// Replaces: a revision never changes.
func (t TaskDefinition) Replaces(*compare.Delta) bool { return true }

// Foresee is a gateway whose id only the Anypoint Platform knows. A renewal changes the
// file; what follows from it cannot be foreseen.
func (r Registration) Foresee(_ RegisteredWish, before *RegisteredState) *RegisteredState {
	if before != nil && before.Registered() {
		return before
	}
	return &RegisteredState{RegistrationContent: RegistrationContent{Text: engine.Unknown, Digest: engine.Unknown, AgentID: engine.Unknown}}
}

// Foresee is the files as they are wished.
func (r RegistrationFile) Foresee(wish RegistrationWish, _ *RegistrationState) *RegistrationState {
	return &RegistrationState{File: wish.File}
}

// Foresee is a target group whose ARN only AWS knows.
func (t TargetGroup) Foresee(wish TargetGroupWish, before *TargetGroupState) *TargetGroupState {
	return orUnknown(before, TargetGroupState{ARN: unknownOf(t.Identity()), Port: wish.Port})
}

// Foresee is a load balancer whose ARN only AWS knows.
func (l LoadBalancer) Foresee(_ LoadBalancerWish, before *LoadBalancerState) *LoadBalancerState {
	return orUnknown(before, LoadBalancerState{ARN: engine.Unknown, DNSName: engine.Unknown})
}

// Foresee is a listener whose ARN only AWS knows.
func (l Listener) Foresee(wish ListenerWish, before *ListenerState) *ListenerState {
	return orUnknown(before, ListenerState{ARN: unknownOf(l.Identity()), Port: wish.ListenerPort})
}

// Foresee is a rule of the group.
func (p ProbeRule) Foresee(wish ProbeRuleWish, before *ProbeRuleState) *ProbeRuleState {
	return orUnknown(before, ProbeRuleState(wish))
}

// Foresee is the service with the wanted count and revision.
func (s Service) Foresee(wish ServiceWish, before *ServiceState) *ServiceState {
	foreseen := ServiceState{ARN: engine.Unknown, Cluster: wish.Cluster, Desired: s.First}
	if before != nil {
		foreseen = *before
	}
	foreseen.TaskDefinition = wish.TaskDefinition
	if wish.Replicas != nil {
		foreseen.Desired = *wish.Replicas
	}
	return &foreseen
}

// Explain has the count that is wanted in the end, where it is reached in steps.
func (s Service) Explain(wish ServiceWish, observed *ServiceState) *compare.Delta {
	s.Settings.MaxReplicaStep = 0
	return s.Diff(wish, observed)
}

// Foresee is the registration with Application Auto Scaling.
func (t ScalableTarget) Foresee(wish ScalableTargetWish, before *ScalableTargetState) *ScalableTargetState {
	return orUnknown(before, ScalableTargetState{ARN: engine.Unknown, Min: wish.Min, Max: wish.Max})
}

// Foresee is the first version of the asset.
func (e ExchangeAsset) Foresee(_ ExchangeAssetWish, before *ExchangeAssetState) *ExchangeAssetState {
	return orUnknown(before, ExchangeAssetState{Ref: e.First()})
}

// Replaces: API Manager does not change the asset of an instance.
func (a APIInstance) Replaces(delta *compare.Delta) bool {
	return delta.DifferentAt("asset.groupId") || delta.DifferentAt("asset.assetId")
}

// Foresee is the instance as it is wished.
func (a APIInstance) Foresee(wish anypoint.APIInstanceSpec, before *APIInstanceState) *APIInstanceState {
	return orUnknown(before, APIInstanceState{APIInstance: anypoint.APIInstance{Asset: wish.Asset, Label: wish.Label}})
}

// orUnknown is what is there, which keeps its id, else what is foreseen.
func orUnknown[O any](before *O, foreseen O) *O {
	if before != nil {
		return before
	}
	return &foreseen
}

// unknownOf tells an unknown ARN from others of the same kind.
func unknownOf(id engine.Identity) string { return id.String() + " " + engine.Unknown }

// Absent is a wait: ECS makes the replicas.
func (r Replicas) Absent() error {
	count := int32(0)
	if service := r.Service.Value(); service != nil {
		count = service.Desired
	}
	return engine.WaitFor(r.HealthTime, "ECS starts %s", plural(count, "replica"))
}

func plural(n int32, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(int(n)) + " " + word + "s"
}
