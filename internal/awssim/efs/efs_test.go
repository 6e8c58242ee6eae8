package efs

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
	"flexgw.io/controller/internal/clock"
)

// account is one account's view of a fresh EC2 and EFS in us-east-1.
type account struct {
	*testing.T
	world *core.World
	ec2   *ec2.Service
	efs   *Service
	call  *core.Call
}

// inAccount runs a test in a bubble, where waiting costs nothing.
func inAccount(t *testing.T, test func(t *testing.T, a *account)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := core.NewWorld(clock.Real{}, 1)
		defer w.Close()
		network := ec2.New(w)
		test(t, &account{T: t, world: w, ec2: network, efs: New(w, network), call: &core.Call{
			Scope: core.Scope{Account: core.DefaultAccount, Region: "us-east-1"},
		}})
	})
}

// do calls an operation with the world locked, as the wire does.
func do[In, Out any](a *account, operation func(*core.Call, *In) (*Out, error), in *In) (out *Out, err error) {
	a.world.Do(func() { out, err = operation(a.call, in) })
	return out, err
}

// must is do for calls that are meant to succeed.
func must[In, Out any](a *account, operation func(*core.Call, *In) (*Out, error), in *In) *Out {
	a.Helper()
	out, err := do(a, operation, in)
	if err != nil {
		a.Fatalf("unexpected error: %v", err)
	}
	return out
}

// wantCode checks the code of an error, and that it is repeated as the member
// ErrorCode, which EFS's model requires.
func wantCode(t testing.TB, err error, code string) *core.Error {
	t.Helper()
	var refusal *core.Error
	switch {
	case code == "" && err == nil:
	case code == "":
		t.Errorf("unexpected error: %v", err)
	case !errors.As(err, &refusal):
		t.Errorf("error = %v, want %s", err, code)
	case refusal.Code != code || refusal.Fields["ErrorCode"] != code:
		t.Errorf("error = %v with fields %v, want code %s", refusal, refusal.Fields, code)
	}
	return refusal
}

// newFileSystem makes a file system and waits until it is available.
func (a *account) newFileSystem(token string) string {
	a.Helper()
	out := must(a, a.efs.CreateFileSystem, &sdk.CreateFileSystemInput{CreationToken: aws.String(token)})
	wait(5 * time.Second)
	return *out.FileSystemId
}

func (a *account) fileSystem(id string) types.FileSystemDescription {
	a.Helper()
	return must(a, a.efs.DescribeFileSystems, &sdk.DescribeFileSystemsInput{FileSystemId: aws.String(id)}).FileSystems[0]
}

func (a *account) subnet(zone string) string {
	a.Helper()
	return *must(a, a.ec2.DescribeSubnets, &ec2sdk.DescribeSubnetsInput{
		Filters: []ec2types.Filter{{Name: aws.String("availability-zone"), Values: []string{zone}}, {Name: aws.String("default-for-az"), Values: []string{"true"}}},
	}).Subnets[0].SubnetId
}

func (a *account) newGroup(name string) string {
	a.Helper()
	return *must(a, a.ec2.CreateSecurityGroup, &ec2sdk.CreateSecurityGroupInput{GroupName: aws.String(name), Description: aws.String("test")}).GroupId
}

// allowNFS lets the members of one group reach the NFS port of another's.
func (a *account) allowNFS(from, to string) {
	a.Helper()
	must(a, a.ec2.AuthorizeSecurityGroupIngress, &ec2sdk.AuthorizeSecurityGroupIngressInput{
		GroupId: aws.String(to),
		IpPermissions: []ec2types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(2049), ToPort: aws.Int32(2049),
			UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: aws.String(from)}},
		}},
	})
}

func (a *account) mountTarget(fs, zone string, groups ...string) *sdk.CreateMountTargetOutput {
	a.Helper()
	return must(a, a.efs.CreateMountTarget, &sdk.CreateMountTargetInput{
		FileSystemId: aws.String(fs), SubnetId: aws.String(a.subnet(zone)), SecurityGroups: groups,
	})
}

// task makes the network interface of a task.
func (a *account) task(zone string, groups ...string) string {
	a.Helper()
	subnet := a.subnet(zone)
	var eni ec2.Interface
	var err error
	a.world.Do(func() {
		eni, err = a.ec2.CreateInterface(a.call.Scope, ec2.InterfaceSpec{Subnet: subnet, SecurityGroups: groups})
	})
	if err != nil {
		a.Fatal(err)
	}
	return eni.ID
}

func (a *account) mount(m Mount) (dir Directory, err error) {
	a.world.Do(func() { dir, err = a.efs.Mount(a.call.Scope, m) })
	return dir, err
}

func tag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

// wait lets time pass, and everything happen that is due by then.
func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
