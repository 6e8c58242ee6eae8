package efs

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// maxProvisioned is the most throughput that can be provisioned, in MiB/s (EFS API
// reference, CreateFileSystem).
const maxProvisioned = 3414

// throughputCooldown is how long one has to wait before the mode changes again or
// the provisioned throughput goes down (EFS API reference, TooManyRequests).
const throughputCooldown = 24 * time.Hour

// throughput is how fast a file system is.
type throughput struct {
	mode types.ThroughputMode
	// mibps is the provisioned throughput, 0 in the other modes.
	mibps float64
	// changed is when UpdateFileSystem last changed it.
	changed time.Time
}

func (t throughput) provisioned() *float64 {
	if t.mode != types.ThroughputModeProvisioned {
		return nil
	}
	return aws.Float64(t.mibps)
}

// throughputOf reads the throughput that a call asks for; bursting by default.
func throughputOf(mode types.ThroughputMode, mibps *float64) (throughput, error) {
	if mode == "" {
		mode = types.ThroughputModeBursting
	}
	switch {
	case mode == types.ThroughputModeProvisioned && mibps == nil:
		return throughput{}, badRequest("ProvisionedThroughputInMibps must be given when ThroughputMode is provisioned.")
	case mode != types.ThroughputModeProvisioned && mibps != nil:
		return throughput{}, badRequest("ProvisionedThroughputInMibps can only be given when ThroughputMode is provisioned.")
	case aws.ToFloat64(mibps) > maxProvisioned:
		return throughput{}, refuse("ThroughputLimitExceeded", "The provisioned throughput cannot be more than %d MiB/s.", maxProvisioned)
	}
	return throughput{mode: mode, mibps: aws.ToFloat64(mibps)}, nil
}

// checkModes refuses the combinations that EFS does not have.
func checkModes(performance types.PerformanceMode, mode types.ThroughputMode, zone string) error {
	if performance != types.PerformanceModeMaxIo {
		return nil
	}
	if mode == types.ThroughputModeElastic {
		return badRequest("Performance mode maxIO is not supported for file systems that use elastic throughput.")
	}
	if zone != "" {
		return badRequest("Performance mode maxIO is not supported for One Zone file systems.")
	}
	return nil
}

// UpdateFileSystem changes the throughput of an available file system, which is
// "updating" for a while.
func (s *Service) UpdateFileSystem(c *core.Call, in *sdk.UpdateFileSystemInput) (*sdk.UpdateFileSystemOutput, error) {
	st := s.stores.In(c.Scope)
	fs, err := st.fileSystem(aws.ToString(in.FileSystemId))
	if err != nil {
		return nil, err
	}
	if fs.state != types.LifeCycleStateAvailable {
		return nil, wrongState(fs)
	}
	mode := in.ThroughputMode
	if mode == "" {
		mode = fs.throughput.mode
	}
	wanted, err := throughputOf(mode, in.ProvisionedThroughputInMibps)
	if err != nil {
		return nil, err
	}
	if err := checkModes(fs.performance, wanted.mode, fs.zone); err != nil {
		return nil, err
	}
	now := s.world.Now()
	less := wanted.mode != fs.throughput.mode || wanted.mibps < fs.throughput.mibps
	if less && !fs.throughput.changed.IsZero() && now.Sub(fs.throughput.changed) < throughputCooldown {
		return nil, refuse("TooManyRequests", "Wait at least 24 hours before changing the throughput mode or decreasing the provisioned throughput.")
	}
	if wanted.mode != fs.throughput.mode || wanted.mibps != fs.throughput.mibps {
		wanted.changed = now
		fs.throughput = wanted
		s.update(fs)
	}
	out := s.outputOf(st, fs)
	return &out, nil
}

// update makes a file system "updating" for as long as it takes to create one;
// there is no figure for updates.
func (s *Service) update(fs *fileSystem) {
	fs.state = types.LifeCycleStateUpdating
	s.world.After(s.world.Delay(core.FileSystemCreate), func() {
		if fs.state == types.LifeCycleStateUpdating {
			fs.state = types.LifeCycleStateAvailable
		}
	})
}
