package lifecycle

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/anypointsim/platform"
)

// anypointDoubt is what keeps the controller, and nobody else, from hearing the truth of
// the Anypoint Platform. The zero value keeps nothing.
type anypointDoubt struct {
	mu   sync.Mutex
	cut  bool
	late int
}

func (d *anypointDoubt) isCut() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cut
}

// cutOff has the controller's calls hang, as behind a firewall that drops packets, or ends
// that.
func (d *anypointDoubt) cutOff(away bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cut = away
}

// connectLate hides some connected replicas of each gateway. Simulated replicas are healthy
// only after they are connected; real ones may be before.
func (d *anypointDoubt) connectLate(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.late = n
}

// connectedCount finds the count in a list of gateways.
var connectedCount = regexp.MustCompile(`"status":"CONNECTED","count":(\d+)`)

func (d *anypointDoubt) withoutTheLate(response *http.Response) *http.Response {
	d.mu.Lock()
	defer d.mu.Unlock()
	if response == nil || d.late == 0 {
		return response
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err) // a recorder's body
	}
	text = connectedCount.ReplaceAllFunc(text, func(match []byte) []byte {
		n, _ := strconv.Atoi(string(connectedCount.FindSubmatch(match)[1]))
		return fmt.Appendf(nil, `"status":"CONNECTED","count":%d`, max(n-d.late, 0))
	})
	response.Body = io.NopCloser(bytes.NewReader(text))
	return response
}

// longestCall is how long the controller's doorway tries to read a list.
const longestCall = time.Minute

// endsCalls has calls that hang end before the bubble does.
func (b *bench) endsCalls() {
	b.t.Cleanup(func() { time.Sleep(longestCall) })
}

// createRegistered puts a gateway into the cluster whose registration a person has made.
func (b *bench) createRegistered(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	b.create(gw)
	b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
	file, err := b.anypoint.Create(time.Now(), platform.Registration{
		By:           platform.Credentials{ClientID: anypointsim.DemoClientID, ClientSecret: anypointsim.DemoClientSecret},
		Organization: anypointsim.DemoOrganization, Environment: anypointsim.DemoEnvironment, Name: gw.Name, Connected: true,
	})
	b.must(err)
	b.writeRegistration(gw, string(file))
}

// ofDemo has a gateway with a registration of its own belong to the demo's environment.
func ofDemo(s *v1alpha1.FlexGatewayDeploymentSpec) {
	own := s.Registration
	registering(s)
	s.Registration = own
}

// says is the condition AnypointConnected as "status reason".
func says(gw *v1alpha1.FlexGatewayDeployment) string {
	c := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionAnypointConnected)
	if c == nil {
		return ""
	}
	return string(c.Status) + " " + c.Reason
}

// untilSays looks at the gateway until AnypointConnected is so.
func (b *bench) untilSays(gw *v1alpha1.FlexGatewayDeployment, what string) {
	b.t.Helper()
	b.until(gw, what, func(gw *v1alpha1.FlexGatewayDeployment) bool { return says(gw) == what })
}
