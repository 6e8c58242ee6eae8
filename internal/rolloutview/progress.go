package rolloutview

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// Counts are the numbers of replicas in words.
func Counts(gw *v1alpha1.FlexGatewayDeployment) string {
	st := &gw.Status
	wanted := fmt.Sprintf("%d wanted", st.DesiredReplicas)
	if r := st.Rollout; r != nil && r.TargetReplicas != nil && *r.TargetReplicas != st.DesiredReplicas {
		wanted += fmt.Sprintf(" on the way to %d", *r.TargetReplicas)
	}
	return fmt.Sprintf("%s, %d running, %d updated, %d healthy%s", wanted, st.Replicas, st.UpdatedReplicas, st.ReadyReplicas, connected(st))
}

// connected says how many of the replicas that run, or should, are connected to the
// Anypoint Platform, where it has said so. A question mark is that it does not say any
// more.
func connected(st *v1alpha1.FlexGatewayDeploymentStatus) string {
	if st.Anypoint == nil || st.Anypoint.ConnectedReplicas == nil {
		return ""
	}
	text := fmt.Sprintf(", connected %d/%d", *st.Anypoint.ConnectedReplicas, max(st.Replicas, st.DesiredReplicas))
	if c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionAnypointConnected); c != nil && c.Status == metav1.ConditionUnknown {
		text += "?"
	}
	return text
}

// Line is the state of a rollout in one line, the same for the same state: in a pipe a
// line is written whenever it changes.
func Line(gw *v1alpha1.FlexGatewayDeployment) string {
	_, reason, message := judge(gw)
	return fmt.Sprintf("%s: %s; %s", reason, Counts(gw), message)
}

// barWidth is the number of characters in the bar of Block.
const barWidth = 24

// Block is the state of a rollout for a terminal, to be redrawn in place: what is rolled
// out, how far it is, what is awaited, and the replicas. Ages are those at now.
func Block(gw *v1alpha1.FlexGatewayDeployment, now time.Time) []terminal.Line {
	verdict, reason, message := judge(gw)
	lines := []terminal.Line{{Text: Name(gw) + "  " + reason, Colour: terminal.Bold}}
	if text := version(gw, verdict, now); text != "" {
		lines = append(lines, terminal.Line{Text: text})
	}
	if done, all := updatedAndHealthy(gw); all > 0 {
		text := fmt.Sprintf("%s  %d of %d replicas are updated and healthy", bar(done, all), done, all)
		lines = append(lines, terminal.Line{Text: text, Colour: verdictColours[verdict]})
	}
	lines = append(lines,
		terminal.Line{Text: Counts(gw)},
		terminal.Line{Text: message, Colour: verdictColours[verdict]},
	)
	if len(gw.Status.Tasks) > 0 {
		lines = append(lines, terminal.Line{})
		lines = append(lines, Replicas(gw, now)...)
	}
	return lines
}

var verdictColours = map[Verdict]terminal.Colour{Ongoing: terminal.Yellow, Served: terminal.Green, Failed: terminal.Red, Deleted: terminal.Red}

// version says what the replicas are to run: the version that is rolled out, has failed,
// or serves.
func version(gw *v1alpha1.FlexGatewayDeployment, verdict Verdict, now time.Time) string {
	wanted := wantedRevision(gw)
	if verdict == Failed && inProgress(gw) == nil && gw.Status.Rollout != nil {
		wanted = revisionOf(gw.Status.Rollout.TaskDefinition)
	}
	for _, r := range gw.Status.History {
		if fmt.Sprint(r.Revision) == wanted {
			return versionOf(r, now)
		}
	}
	return gw.Spec.Image // the controller has not begun with it
}

func versionOf(r v1alpha1.RevisionStatus, now time.Time) string {
	words := []string{fmt.Sprintf("revision %d", r.Revision), r.Image, string(r.Outcome)}
	if r.Change != "" {
		words = append(words, "new: "+r.Change)
	}
	if r.Outcome == v1alpha1.OutcomeInProgress && r.StartedAt != nil {
		words = append(words, "for "+Age(now.Sub(r.StartedAt.Time)))
	}
	return strings.Join(words, "  ")
}

// updatedAndHealthy counts the healthy replicas of the wanted revision, against all that
// are wanted in the end.
func updatedAndHealthy(gw *v1alpha1.FlexGatewayDeployment) (done, all int32) {
	all = gw.Status.DesiredReplicas
	if r := gw.Status.Rollout; r != nil && r.TargetReplicas != nil {
		all = *r.TargetReplicas
	}
	wanted := wantedRevision(gw)
	for _, t := range gw.Status.Tasks {
		if t.Healthy && revisionOf(t.TaskDefinition) == wanted {
			done++
		}
	}
	return min(done, all), all
}

// wantedRevision is the revision that is rolled out, or the one that serves where none
// is.
func wantedRevision(gw *v1alpha1.FlexGatewayDeployment) string {
	if r := inProgress(gw); r != nil {
		return strconv.Itoa(int(r.Revision))
	}
	return revisionOf(gw.Status.TaskDefinition)
}

// inProgress is the version that ECS is rolling out, nil where it is rolling out none.
func inProgress(gw *v1alpha1.FlexGatewayDeployment) *v1alpha1.RevisionStatus {
	for i, r := range gw.Status.History {
		if r.Outcome == v1alpha1.OutcomeInProgress {
			return &gw.Status.History[i]
		}
	}
	return nil
}

// bar draws a part of a whole, which is more than nothing.
func bar(done, all int32) string {
	full := int(done) * barWidth / int(all)
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", barWidth-full) + "]"
}

// Age is a span of time as kubectl writes it, such as 4m12s. The clocks of AWS and of this
// machine differ a little: what has not begun is of age 0.
func Age(d time.Duration) string {
	return cmp.Or(duration.HumanDuration(max(d, 0)), "0s")
}
