package efs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestAFileSystemIsCreatingThenAvailableThenGone(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		out := must(a, a.efs.CreateFileSystem, &sdk.CreateFileSystemInput{
			CreationToken: aws.String("uid-1"), Encrypted: aws.Bool(true), Backup: aws.Bool(true), Tags: []types.Tag{tag("Name", "flex")},
		})
		id := *out.FileSystemId
		if out.LifeCycleState != types.LifeCycleStateCreating || *out.Name != "flex" || *out.KmsKeyId == "" ||
			out.PerformanceMode != types.PerformanceModeGeneralPurpose || out.ThroughputMode != types.ThroughputModeBursting {
			t.Errorf("created %+v", out)
		}
		backup := func(want types.Status) {
			t.Helper()
			got := must(a, a.efs.DescribeBackupPolicy, &sdk.DescribeBackupPolicyInput{FileSystemId: aws.String(id)})
			if got.BackupPolicy.Status != want {
				t.Errorf("backup is %s, want %s", got.BackupPolicy.Status, want)
			}
		}
		backup(types.StatusEnabling)
		wait(4 * time.Second)
		if got := a.fileSystem(id).LifeCycleState; got != types.LifeCycleStateCreating {
			t.Errorf("after 4 s it is %s", got)
		}
		wait(time.Second)
		if got := a.fileSystem(id).LifeCycleState; got != types.LifeCycleStateAvailable {
			t.Errorf("after 5 s it is %s", got)
		}
		backup(types.StatusEnabled)

		must(a, a.efs.DeleteFileSystem, &sdk.DeleteFileSystemInput{FileSystemId: aws.String(id)})
		if got := a.fileSystem(id).LifeCycleState; got != types.LifeCycleStateDeleting {
			t.Errorf("after the deletion it is %s", got)
		}
		wait(3 * time.Second)
		_, err := do(a, a.efs.DescribeFileSystems, &sdk.DescribeFileSystemsInput{FileSystemId: aws.String(id)})
		wantCode(t, err, "FileSystemNotFound")
		all := must(a, a.efs.DescribeFileSystems, &sdk.DescribeFileSystemsInput{CreationToken: aws.String("uid-1")})
		if len(all.FileSystems) != 0 {
			t.Errorf("by its token it is still there: %+v", all.FileSystems)
		}
		_, err = do(a, a.efs.DeleteFileSystem, &sdk.DeleteFileSystemInput{FileSystemId: aws.String(id)})
		wantCode(t, err, "FileSystemNotFound")
	})
}

func TestACreationTokenIsUsedOnce(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		id := a.newFileSystem("uid-1")
		_, err := do(a, a.efs.CreateFileSystem, &sdk.CreateFileSystemInput{CreationToken: aws.String("uid-1")})
		if refusal := wantCode(t, err, "FileSystemAlreadyExists"); refusal != nil && refusal.Fields["FileSystemId"] != id {
			t.Errorf("the error names %v, want %s", refusal.Fields["FileSystemId"], id)
		}
		a.newFileSystem("uid-2")
		found := must(a, a.efs.DescribeFileSystems, &sdk.DescribeFileSystemsInput{CreationToken: aws.String("uid-1")}).FileSystems
		if len(found) != 1 || *found[0].FileSystemId != id {
			t.Errorf("by the token there are %d file systems", len(found))
		}
	})
}

func TestWhatCannotBeCombined(t *testing.T) {
	provisioned := types.ThroughputModeProvisioned
	tests := []struct {
		about string
		in    sdk.CreateFileSystemInput
		code  string
	}{
		{"elastic and maxIO", sdk.CreateFileSystemInput{ThroughputMode: types.ThroughputModeElastic, PerformanceMode: types.PerformanceModeMaxIo}, "BadRequest"},
		{"elastic and generalPurpose", sdk.CreateFileSystemInput{ThroughputMode: types.ThroughputModeElastic}, ""},
		{"bursting and maxIO", sdk.CreateFileSystemInput{PerformanceMode: types.PerformanceModeMaxIo}, ""},
		{"provisioned without a figure", sdk.CreateFileSystemInput{ThroughputMode: provisioned}, "BadRequest"},
		{"provisioned with a figure", sdk.CreateFileSystemInput{ThroughputMode: provisioned, ProvisionedThroughputInMibps: aws.Float64(64)}, ""},
		{"too much of it", sdk.CreateFileSystemInput{ThroughputMode: provisioned, ProvisionedThroughputInMibps: aws.Float64(5000)}, "ThroughputLimitExceeded"},
		{"a figure without provisioned", sdk.CreateFileSystemInput{ProvisionedThroughputInMibps: aws.Float64(64)}, "BadRequest"},
		{"a key without encryption", sdk.CreateFileSystemInput{KmsKeyId: aws.String("alias/mine")}, "BadRequest"},
		{"One Zone and maxIO", sdk.CreateFileSystemInput{AvailabilityZoneName: aws.String("us-east-1a"), PerformanceMode: types.PerformanceModeMaxIo}, "BadRequest"},
		{"a zone that there is not", sdk.CreateFileSystemInput{AvailabilityZoneName: aws.String("us-east-1z")}, "UnsupportedAvailabilityZone"},
		{"a tag of AWS's", sdk.CreateFileSystemInput{Tags: []types.Tag{tag("aws:x", "1")}}, "BadRequest"},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			inAccount(t, func(t *testing.T, a *account) {
				test.in.CreationToken = aws.String("token")
				_, err := do(a, a.efs.CreateFileSystem, &test.in)
				wantCode(t, err, test.code)
			})
		})
	}
}

func TestThroughputChangesAtMostOnceADayUnlessItGrows(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		id := a.newFileSystem("uid-1")
		update := func(mode types.ThroughputMode, mibps float64, code string) {
			t.Helper()
			in := &sdk.UpdateFileSystemInput{FileSystemId: aws.String(id), ThroughputMode: mode}
			if mibps > 0 {
				in.ProvisionedThroughputInMibps = aws.Float64(mibps)
			}
			_, err := do(a, a.efs.UpdateFileSystem, in)
			wantCode(t, err, code)
		}
		update(types.ThroughputModeProvisioned, 64, "")
		if got := a.fileSystem(id).LifeCycleState; got != types.LifeCycleStateUpdating {
			t.Errorf("it is %s while it changes", got)
		}
		update(types.ThroughputModeProvisioned, 128, "IncorrectFileSystemLifeCycleState")
		wait(5 * time.Second)
		update(types.ThroughputModeProvisioned, 128, "")
		wait(5 * time.Second)
		update(types.ThroughputModeProvisioned, 64, "TooManyRequests")
		update(types.ThroughputModeElastic, 0, "TooManyRequests")
		wait(24 * time.Hour)
		update(types.ThroughputModeElastic, 0, "")
		wait(5 * time.Second)
		if got := a.fileSystem(id); got.ThroughputMode != types.ThroughputModeElastic || got.ProvisionedThroughputInMibps != nil {
			t.Errorf("throughput is %s, %v", got.ThroughputMode, got.ProvisionedThroughputInMibps)
		}
	})
}

func TestBackupPolicies(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		id := a.newFileSystem("uid-1")
		_, err := do(a, a.efs.DescribeBackupPolicy, &sdk.DescribeBackupPolicyInput{FileSystemId: aws.String(id)})
		wantCode(t, err, "PolicyNotFound")
		put := func(status types.Status) (*sdk.PutBackupPolicyOutput, error) {
			return do(a, a.efs.PutBackupPolicy, &sdk.PutBackupPolicyInput{
				FileSystemId: aws.String(id), BackupPolicy: &types.BackupPolicy{Status: status},
			})
		}
		_, err = put(types.StatusEnabling)
		wantCode(t, err, "ValidationException")
		out, err := put(types.StatusEnabled)
		if err != nil || out.BackupPolicy.Status != types.StatusEnabling {
			t.Fatalf("PutBackupPolicy = %+v, %v", out, err)
		}
		wait(5 * time.Second)
		got := must(a, a.efs.DescribeBackupPolicy, &sdk.DescribeBackupPolicyInput{FileSystemId: aws.String(id)})
		if got.BackupPolicy.Status != types.StatusEnabled {
			t.Errorf("status is %s", got.BackupPolicy.Status)
		}
		if tags := a.fileSystem(id).Tags; len(tags) != 1 || *tags[0].Key != backupTag {
			t.Errorf("tags are %v, want the one of AWS Backup", tags)
		}
	})
}

func TestLifecycleConfigurations(t *testing.T) {
	ia := types.LifecyclePolicy{TransitionToIA: types.TransitionToIARulesAfter30Days}
	back := types.LifecyclePolicy{TransitionToPrimaryStorageClass: types.TransitionToPrimaryStorageClassRulesAfter1Access}
	archive := types.LifecyclePolicy{TransitionToArchive: types.TransitionToArchiveRulesAfter90Days}
	tests := []struct {
		about    string
		policies []types.LifecyclePolicy
		code     string
	}{
		{"one transition each", []types.LifecyclePolicy{ia, back}, ""},
		{"none at all", nil, ""},
		{"a transition twice", []types.LifecyclePolicy{ia, ia}, "BadRequest"},
		{"two transitions in one", []types.LifecyclePolicy{{TransitionToIA: ia.TransitionToIA, TransitionToPrimaryStorageClass: back.TransitionToPrimaryStorageClass}}, "BadRequest"},
		{"an empty policy", []types.LifecyclePolicy{{}}, "BadRequest"},
		{"an archive without elastic throughput", []types.LifecyclePolicy{ia, archive}, "BadRequest"},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			inAccount(t, func(t *testing.T, a *account) {
				id := a.newFileSystem("uid-1")
				_, err := do(a, a.efs.PutLifecycleConfiguration, &sdk.PutLifecycleConfigurationInput{FileSystemId: &id, LifecyclePolicies: test.policies})
				wantCode(t, err, test.code)
				got := must(a, a.efs.DescribeLifecycleConfiguration, &sdk.DescribeLifecycleConfigurationInput{FileSystemId: &id}).LifecyclePolicies
				if test.code != "" {
					test.policies = nil
				}
				if diff := cmp.Diff(test.policies, got, cmpopts.IgnoreUnexported(types.LifecyclePolicy{}), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("configuration (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestTags(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		id := a.newFileSystem("uid-1")
		ap := must(a, a.efs.CreateAccessPoint, &sdk.CreateAccessPointInput{FileSystemId: &id, ClientToken: aws.String("t")})
		for _, resource := range []string{id, *a.fileSystem(id).FileSystemArn, *ap.AccessPointId, *ap.AccessPointArn} {
			must(a, a.efs.TagResource, &sdk.TagResourceInput{ResourceId: &resource, Tags: []types.Tag{tag("a", "1"), tag("b", "2")}})
			must(a, a.efs.UntagResource, &sdk.UntagResourceInput{ResourceId: &resource, TagKeys: []string{"a"}})
			got := must(a, a.efs.ListTagsForResource, &sdk.ListTagsForResourceInput{ResourceId: &resource}).Tags
			if len(got) != 1 || *got[0].Key != "b" {
				t.Errorf("tags of %s are %v", resource, got)
			}
		}
		_, err := do(a, a.efs.TagResource, &sdk.TagResourceInput{ResourceId: &id, Tags: []types.Tag{tag("AWS:x", "1")}})
		wantCode(t, err, "BadRequest")
		_, err = do(a, a.efs.TagResource, &sdk.TagResourceInput{ResourceId: aws.String("fs-0123"), Tags: []types.Tag{tag("x", "1")}})
		wantCode(t, err, "FileSystemNotFound")
		_, err = do(a, a.efs.ListTagsForResource, &sdk.ListTagsForResourceInput{ResourceId: aws.String("fsap-0123")})
		wantCode(t, err, "AccessPointNotFound")
	})
}

func TestFileSystemsAreListedInPages(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		var want []string
		for _, token := range []string{"1", "2", "3"} {
			want = append(want, a.newFileSystem(token))
		}
		first := must(a, a.efs.DescribeFileSystems, &sdk.DescribeFileSystemsInput{MaxItems: aws.Int32(2)})
		second := must(a, a.efs.DescribeFileSystems, &sdk.DescribeFileSystemsInput{MaxItems: aws.Int32(2), Marker: first.NextMarker})
		var got []string
		for _, fs := range append(first.FileSystems, second.FileSystems...) {
			got = append(got, *fs.FileSystemId)
		}
		if diff := cmp.Diff(want, got); diff != "" || second.NextMarker != nil || len(first.FileSystems) != 2 {
			t.Errorf("pages of %d and %d (-want +got):\n%s", len(first.FileSystems), len(second.FileSystems), diff)
		}
		_, err := do(a, a.efs.DescribeFileSystems, &sdk.DescribeFileSystemsInput{Marker: aws.String("?")})
		wantCode(t, err, "BadRequest")
	})
}
