package rolloutview

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
)

// revision is a version with an image, as it stands in the history.
func revision(number int32, image string, outcome v1alpha1.Outcome) v1alpha1.RevisionStatus {
	return v1alpha1.RevisionStatus{Revision: number, Image: image, CPU: 512, Memory: 1024, StopTimeoutSeconds: 60, Outcome: outcome}
}

const (
	inFlight   = v1alpha1.OutcomeInProgress
	serving    = v1alpha1.OutcomeServing
	replaced   = v1alpha1.OutcomeReplaced
	superseded = v1alpha1.OutcomeSuperseded
	rolledBack = v1alpha1.OutcomeRolledBack
	failed     = v1alpha1.OutcomeFailed
)

func TestUndoChoosesTheLastVersionThatServedAndDiffersFromTheSpec(t *testing.T) {
	// The spec asks for image c.
	tests := []struct {
		name    string
		history []v1alpha1.RevisionStatus
		to      int32
		want    int32
		err     string
	}{
		{"after a good change", []v1alpha1.RevisionStatus{revision(3, "c", serving), revision(2, "b", replaced), revision(1, "a", replaced)}, 0, 2, ""},
		{"after a bad change", []v1alpha1.RevisionStatus{revision(3, "c", rolledBack), revision(2, "b", serving)}, 0, 2, ""},
		{"in the middle of a change", []v1alpha1.RevisionStatus{revision(3, "c", inFlight), revision(2, "b", serving)}, 0, 2, ""},
		{"before the change has begun", []v1alpha1.RevisionStatus{revision(2, "b", serving), revision(1, "a", replaced)}, 0, 2, ""},
		{"after bad changes one upon another", []v1alpha1.RevisionStatus{revision(4, "c", rolledBack), revision(3, "x", superseded), revision(2, "y", failed), revision(1, "a", replaced)}, 0, 1, ""},
		{"after restarts", []v1alpha1.RevisionStatus{revision(4, "c", serving), revision(3, "c", replaced), revision(2, "b", replaced)}, 0, 2, ""},
		{"after an undo, back again", []v1alpha1.RevisionStatus{revision(1, "c", serving), revision(2, "b", replaced), revision(1, "c", replaced)}, 0, 2, ""},
		{"to one that is named", []v1alpha1.RevisionStatus{revision(3, "c", serving), revision(2, "b", replaced), revision(1, "a", replaced)}, 1, 1, ""},
		{"to a bad one that is named", []v1alpha1.RevisionStatus{revision(3, "c", serving), revision(2, "b", rolledBack)}, 2, 2, ""},
		{"to one that is not there", []v1alpha1.RevisionStatus{revision(3, "c", serving), revision(2, "b", replaced)}, 5, 0, "flex/dev has no revision 5 in its history, which has: 3, 2"},
		{"to one where there are none", nil, 5, 0, "flex/dev has no revision 5 in its history, which has: none"},
		{"to the present one", []v1alpha1.RevisionStatus{revision(3, "c", serving), revision(2, "b", replaced)}, 3, 0, "nothing to change: the spec of flex/dev is that of revision 3"},
		{"without a history", nil, 0, 0, "flex/dev has no history yet: there is nothing to go back to"},
		{
			"of the first version", []v1alpha1.RevisionStatus{revision(1, "c", serving)}, 0, 0,
			"no version in the history of flex/dev has served and differs from the spec: there is nothing to go back to",
		},
		{
			"where no other has served", []v1alpha1.RevisionStatus{revision(2, "c", failed), revision(1, "b", failed)}, 0, 0,
			"no version in the history of flex/dev has served and differs from the spec: there is nothing to go back to",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			gw := gateway()
			gw.Spec.Image, gw.Status.History = "c", test.history
			to, changes, err := Restore(gw, test.to)
			switch {
			case test.err != "":
				if err == nil || err.Error() != test.err {
					t.Errorf("error %v, want %s", err, test.err)
				}
				if gw.Spec.Image != "c" {
					t.Errorf("the spec has been changed to image %s", gw.Spec.Image)
				}
			case err != nil || to.Revision != test.want:
				t.Errorf("revision %d, error %v, want revision %d", to.Revision, err, test.want)
			case gw.Spec.Image != to.Image:
				t.Errorf("image %s, want that of revision %d", gw.Spec.Image, to.Revision)
			default:
				if diff := cmp.Diff([]Change{{"image", "c", to.Image}}, changes); diff != "" {
					t.Errorf("changes (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestUndoBringsBackWhatTheHistoryKnowsAndNothingElse(t *testing.T) {
	gw := gateway()
	gw.Spec.Replicas = new(int32(4))
	gw.Spec.Compute.Environment = []v1alpha1.EnvironmentVariable{{Name: "GOES", Value: "1"}, {Name: "STAYS", Value: "s"}, {Name: "TURNS", Value: "old"}}
	gw.Status.History = []v1alpha1.RevisionStatus{{
		Revision: 7, Outcome: serving, CPU: 1024, Memory: 2048, // neither image nor stop timeout is known
		Environment: []v1alpha1.EnvironmentVariable{{Name: "TURNS", Value: "new"}, {Name: "COMES"}, {Name: "STAYS", Value: "s"}},
	}}
	want := gw.Spec.DeepCopy()
	want.Compute.CPU, want.Compute.Memory, want.Compute.Environment = 1024, 2048, gw.Status.History[0].Environment
	_, changes, err := Restore(gw, 7)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*want, gw.Spec); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
	wantChanges := []Change{
		{"compute.cpu", "512", "1024"}, {"compute.memory", "1024", "2048"},
		{"compute.environment COMES", "none", `""`}, {"compute.environment GOES", `"1"`, "none"}, {"compute.environment TURNS", `"old"`, `"new"`},
	}
	if diff := cmp.Diff(wantChanges, changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestTheOrderOfVariablesIsNoChange(t *testing.T) {
	gw := gateway()
	gw.Spec.Compute.Environment = []v1alpha1.EnvironmentVariable{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}}
	r := revision(7, gw.Spec.Image, serving)
	r.Environment = []v1alpha1.EnvironmentVariable{{Name: "B", Value: "2"}, {Name: "A", Value: "1"}}
	gw.Status.History = []v1alpha1.RevisionStatus{r}
	if _, changes, err := Restore(gw, 7); err == nil {
		t.Errorf("changes %v, want none", changes)
	}
}

func TestUndoSaysWhatItChangesAndWhatToMind(t *testing.T) {
	gw := gateway()
	gw.Spec.Rollout.Paused = true
	to := v1alpha1.RevisionStatus{Revision: 6, Outcome: rolledBack, Reason: "CannotPullContainerError: not found"}
	got := Undone(gw, to, []Change{{"image", "c", "b"}, {"compute.cpu", "512", "1024"}})
	want := []string{
		"flex/dev goes back to revision 6:",
		"  image        c    ->  b",
		"  compute.cpu  512  ->  1024",
		"Revision 6 has failed before: CannotPullContainerError: not found",
		"Rollouts are paused: the change is held back until they are resumed.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}
