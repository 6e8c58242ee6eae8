package awssim

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"flexgw.io/controller/internal/awssim/core"
)

// ErrNothingToMeddleWith is the error of Someone.Meddle where nothing has the tag.
var ErrNothingToMeddleWith = errors.New("awssim: someone finds nothing with the tag")

// Someone changes and deletes what belongs to others: a person at the console, or a
// program that tidies up. It does so with AWS's calls, by the real SDK, and leaves
// the world's own chance alone.
type Someone struct {
	// Sim is where Someone looks for things.
	Sim *Sim
	// Seed decides what Someone does; the same seed does the same to the same things.
	Seed uint64
	// Tag is the key of the tag that marks what Someone touches, and Value its value.
	Tag, Value string
	// Spares are kinds of resources, such as "LoadBalancer", that Someone leaves alone.
	Spares []string

	turns uint64
}

// mischief is one thing that can be done to a resource of a kind.
type mischief struct {
	// does says what it does, such as "deletes".
	does string
	do   func(ctx context.Context, c aws.Config, r core.Resource) error
}

// Meddle does one thing to one resource of the configuration's region, both drawn at
// random, and says what. The configuration is that of an SDK client whose calls reach
// the Sim, in the account of the resources. The error is ErrNothingToMeddleWith, or
// AWS's where it does not let Someone: then nothing has changed.
func (s *Someone) Meddle(ctx context.Context, c aws.Config) (what string, err error) {
	s.turns++
	chance := rand.New(rand.NewPCG(s.Seed, s.turns))
	found := s.touchable(c.Region)
	if len(found) == 0 {
		return "", ErrNothingToMeddleWith
	}
	r := found[chance.IntN(len(found))]
	able := mischiefs(r)
	m := able[chance.IntN(len(able))]
	what = fmt.Sprintf("someone %s the %s %s", m.does, r.Kind, r.ID)
	if err := m.do(ctx, c, r); err != nil {
		return what, fmt.Errorf("%s: %w", what, err)
	}
	return what, nil
}

// touchable are the resources with the tag to which something can be done.
func (s *Someone) touchable(region string) []core.Resource {
	var found []core.Resource
	for _, r := range s.Sim.Inventory() {
		value, tagged := r.Tags[s.Tag]
		if tagged && value == s.Value && (r.Region == region || r.Region == "") && !slices.Contains(s.Spares, r.Kind) && len(mischiefs(r)) > 0 {
			found = append(found, r)
		}
	}
	return found
}

// mischiefs are what can be done to a resource.
func mischiefs(r core.Resource) []mischief {
	switch r.Service + "/" + r.Kind {
	case "ec2/SecurityGroup":
		return groupMischiefs()
	case "ecs/Service":
		return serviceMischiefs()
	case "ecs/Task":
		return taskMischiefs()
	case "ecs/TaskDefinition":
		return definitionMischiefs()
	case "efs/FileSystem":
		return fileSystemMischiefs()
	case "elbv2/Listener":
		return listenerMischiefs()
	case "elbv2/LoadBalancer":
		return loadBalancerMischiefs()
	case "elbv2/TargetGroup":
		return targetGroupMischiefs()
	case "iam/Role":
		return roleMischiefs()
	case "logs/LogGroup":
		return logGroupMischiefs()
	}
	return nil
}
