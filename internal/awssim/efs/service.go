// Package efs simulates Amazon Elastic File System: file systems, mount targets
// and access points with their states and delays, and the files in them, which
// live in memory.
package efs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

// Network is what EFS needs of the network: a place for the network interfaces of
// its mount targets.
type Network interface {
	Subnet(sc core.Scope, id string) (ec2.Subnet, bool)
	SecurityGroupVPC(sc core.Scope, id string) (vpc string, ok bool)
	ZoneID(sc core.Scope, name string) (string, bool)
	CreateInterface(sc core.Scope, spec ec2.InterfaceSpec) (ec2.Interface, error)
	Interface(sc core.Scope, id string) (ec2.Interface, bool)
	SetInterfaceGroups(sc core.Scope, id string, groups []string) error
	DeleteInterface(sc core.Scope, id string)
	Listen(sc core.Scope, eni string, ports ...int32)
	Reach(sc core.Scope, fromENI, toIP string, port int32) ec2.Reach
}

// Service is EFS in all accounts and regions.
type Service struct {
	world   *core.World
	network Network
	stores  core.Regional[store]
}

// New returns an EFS without file systems.
func New(w *core.World, network Network) *Service {
	s := &Service{world: w, network: network}
	s.stores.Make = func(sc core.Scope) *store {
		return &store{
			scope: sc,
			// The key "aws/elasticfilesystem", which AWS makes for every account.
			defaultKey:   sc.ARN("kms", "key/"+w.UUID()),
			fileSystems:  map[string]*fileSystem{},
			mountTargets: map[string]*mountTarget{},
			accessPoints: map[string]*accessPoint{},
		}
	}
	return s
}

// store is what one account has in one region.
type store struct {
	scope        core.Scope
	defaultKey   string
	fileSystems  map[string]*fileSystem
	mountTargets map[string]*mountTarget
	accessPoints map[string]*accessPoint
}

// fileSystem finds a file system that reads show by its id or ARN.
func (st *store) fileSystem(idOrARN string) (*fileSystem, error) {
	fs, ok := st.fileSystems[bareID(idOrARN)]
	if !ok || !fs.Seen() {
		return nil, fileSystemNotFound(bareID(idOrARN))
	}
	return fs, nil
}

func (st *store) mountTarget(id string) (*mountTarget, error) {
	mt, ok := st.mountTargets[id]
	if !ok || !mt.Seen() {
		return nil, refuse("MountTargetNotFound", "Mount target '%s' does not exist.", id)
	}
	return mt, nil
}

// accessPoint finds an access point that reads show by its id or ARN.
func (st *store) accessPoint(idOrARN string) (*accessPoint, error) {
	ap, ok := st.accessPoints[bareID(idOrARN)]
	if !ok || !ap.Seen() {
		return nil, refuse("AccessPointNotFound", "Access point '%s' does not exist.", bareID(idOrARN))
	}
	return ap, nil
}

// bareID is the id at the end of an ARN, or the id itself.
func bareID(idOrARN string) string {
	return idOrARN[strings.LastIndex(idOrARN, "/")+1:]
}

// listed is a resource that has a place in a listing.
type listed interface {
	place() (created time.Time, id string)
}

// inOrder returns the resources that pass, the oldest first.
func inOrder[T listed](all map[string]T, pass func(T) bool) []T {
	var found []T
	for _, x := range all {
		if pass(x) {
			found = append(found, x)
		}
	}
	slices.SortFunc(found, func(a, b T) int {
		at, aID := a.place()
		bt, bID := b.place()
		return cmp.Or(at.Compare(bt), cmp.Compare(aID, bID))
	})
	return found
}
