package lifecycle

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// absurdity stands on the way to AWS and makes nonsense of some answers to reads:
// members are missing or null, lists are empty or have everything twice, states are
// unknown, counts negative. What it does to an answer follows from the seed and the
// request alone. It also reads along what is sent.
type absurdity struct {
	next http.RoundTripper
	seed uint64
	// foreign are ids of resources that no request to change anything may name.
	foreign []string

	mu      sync.Mutex
	percent int            // of the reads
	asked   map[string]int // how often the same has been asked
	told    []string       // the absurd answers
	calls   int
	touched []string // requests that change what is foreign
	leaks   []string // operations whose requests hold the registration's key
}

// RoundTrip implements http.RoundTripper.
func (a *absurdity) RoundTrip(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	operation, err := operationOf(request)
	if err != nil {
		return nil, err
	}
	a.note(operation, string(body), request.URL.String())
	response, err := a.next.RoundTrip(request)
	if err != nil || response.StatusCode != http.StatusOK || !isRead(operation) {
		return response, err
	}
	choice, absurd := a.choose(operation + request.URL.String() + string(body))
	if !absurd {
		return response, nil
	}
	honest, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	answer, what := distort(honest, choice)
	a.mu.Lock()
	a.told = append(a.told, operation+": "+what)
	a.mu.Unlock()
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(answer)), int64(len(answer))
	return response, nil
}

func isRead(operation string) bool {
	return strings.HasPrefix(operation, http.MethodGet+" ") || strings.HasPrefix(operation, "Describe") || strings.HasPrefix(operation, "List") || strings.HasPrefix(operation, "Get")
}

// be sets how many percent of the reads are answered with nonsense.
func (a *absurdity) be(percent int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.percent = percent
}

// note counts the request and looks for what must not be in it. The registration itself
// goes to Secrets Manager, as the content of a secret and as nothing else.
func (a *absurdity) note(operation, body, address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	plain := body
	if unescaped, err := url.QueryUnescape(body + " " + address); err == nil {
		plain += unescaped
	}
	var secret map[string]any
	if strings.HasSuffix(operation, "Secret") && json.Unmarshal([]byte(body), &secret) == nil {
		delete(secret, "SecretString")
		plain = fmt.Sprint(secret)
	}
	if strings.Contains(plain, secretMarker) {
		a.leaks = append(a.leaks, operation)
	}
	for _, id := range a.foreign {
		if !isRead(operation) && strings.Contains(plain, id) {
			a.touched = append(a.touched, operation+" "+id)
		}
	}
}

// choose says whether the answer to a question is absurd this time, and in which way.
func (a *absurdity) choose(question string) (*rand.Rand, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	hash := fnv.New64a()
	_, _ = fmt.Fprint(hash, question, a.asked[question]) // a hash takes everything
	a.asked[question]++
	random := rand.New(rand.NewPCG(a.seed, hash.Sum64()))
	return random, random.IntN(100) < a.percent
}

// distortion is one way to make nonsense of an answer.
type distortion struct {
	what  string
	apply func()
}

// distort applies one of the ways that an answer offers.
func distort(honest []byte, random *rand.Rand) (absurd []byte, what string) {
	if bytes.HasPrefix(bytes.TrimSpace(honest), []byte("<")) {
		return distortXML(honest, random)
	}
	decoder := json.NewDecoder(bytes.NewReader(honest))
	decoder.UseNumber()
	var answer any
	if decoder.Decode(&answer) != nil {
		return honest, "not JSON"
	}
	ways := []distortion{{"nothing at all", func() { answer = map[string]any{} }}}
	collectJSON("", answer, func(v any) { answer = v }, &ways)
	way := ways[random.IntN(len(ways))]
	way.apply()
	absurd, err := json.Marshal(answer)
	if err != nil {
		return honest, err.Error()
	}
	return absurd, way.what
}

func collectJSON(path string, value any, set func(any), ways *[]distortion) {
	add := func(what string, apply func()) { *ways = append(*ways, distortion{what + " " + path, apply}) }
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			inner := path + "." + key
			*ways = append(*ways, distortion{"without " + inner, func() { delete(v, key) }}, distortion{"null as " + inner, func() { v[key] = nil }})
			collectJSON(inner, v[key], func(other any) { v[key] = other }, ways)
		}
	case []any:
		add("empty", func() { set([]any{}) })
		add("twice", func() { set(slices.Concat(v, v)) })
		for i := range v {
			collectJSON(fmt.Sprintf("%s[%d]", path, i), v[i], func(other any) { v[i] = other }, ways)
		}
	case json.Number:
		add("negative", func() { set(json.Number("-1")) })
	case string:
		if isState(path) {
			add("unknown", func() { set("SOMETHING_NEW") })
		}
	}
}

// isState is true for members that are enums in AWS's models.
func isState(path string) bool {
	name := strings.ToLower(path[strings.LastIndex(path, ".")+1:])
	return strings.HasSuffix(name, "state") || strings.HasSuffix(name, "status") || strings.HasSuffix(name, "code") || strings.HasSuffix(name, "mode")
}

// element is any element of XML. Namespaces are left out: the SDK does not look at them.
type element struct {
	XMLName  xml.Name
	Text     string     `xml:",chardata"`
	Children []*element `xml:",any"`
}

func distortXML(honest []byte, random *rand.Rand) (absurd []byte, what string) {
	root := &element{}
	if xml.Unmarshal(honest, root) != nil {
		return honest, "not XML"
	}
	ways := []distortion{{"nothing at all", func() { root.Children = nil }}}
	collectXML("", root, &ways)
	way := ways[random.IntN(len(ways))]
	way.apply()
	absurd, err := xml.Marshal(root)
	if err != nil {
		return honest, err.Error()
	}
	return absurd, way.what
}

func collectXML(path string, e *element, ways *[]distortion) {
	e.XMLName.Space = ""
	path += "." + e.XMLName.Local
	if len(e.Children) == 0 {
		if _, err := fmt.Sscan(e.Text, new(int)); err == nil {
			*ways = append(*ways, distortion{"negative " + path, func() { e.Text = "-1" }})
		}
		if isState(path) {
			*ways = append(*ways, distortion{"unknown " + path, func() { e.Text = "SOMETHING_NEW" }})
		}
		return
	}
	e.Text = ""
	for i, child := range e.Children {
		collectXML(path, child, ways)
		inner := path + "." + child.XMLName.Local
		*ways = append(*ways, distortion{"without " + inner, func() { e.Children = slices.Delete(e.Children, i, i+1) }},
			distortion{"empty " + inner, func() { child.Children, child.Text = nil, "" }})
		if name := child.XMLName.Local; name == "item" || name == "member" {
			*ways = append(*ways, distortion{"twice " + inner, func() { e.Children = append(e.Children, child) }})
		}
	}
}
