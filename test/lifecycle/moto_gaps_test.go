package lifecycle

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// motoGaps is the way to moto. It fills in what moto never does: it starts no container,
// rolls nothing out, checks no health. Each rule says what it is for; everything else
// passes as it is.
type motoGaps struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (g motoGaps) RoundTrip(request *http.Request) (*http.Response, error) {
	operation := request.Header.Get("X-Amz-Target")
	operation = operation[strings.LastIndex(operation, ".")+1:]
	if edit := requestGap(operation); edit != nil {
		body, err := rewritten(request.Body, edit)
		if err != nil {
			return nil, err
		}
		request = request.Clone(request.Context())
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	response, err := g.next.RoundTrip(request)
	edit := answerGap(operation)
	if err != nil || edit == nil || response.StatusCode != http.StatusOK {
		return response, err
	}
	body, err := rewritten(response.Body, edit)
	if err != nil {
		return nil, err
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	response.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return response, nil
}

// rewritten is a JSON object after an edit.
func rewritten(body io.ReadCloser, edit func(map[string]any)) ([]byte, error) {
	defer body.Close()
	var object map[string]any
	if err := json.NewDecoder(body).Decode(&object); err != nil {
		return nil, err
	}
	edit(object)
	return json.Marshal(object)
}

// requestGap edits what moto is asked.
func requestGap(operation string) func(map[string]any) {
	if operation != "RegisterTaskDefinition" {
		return nil
	}
	// moto's RunTask adds the containers' own memory up, and fails where one has none. On
	// Fargate it is the task's that counts.
	return func(definition map[string]any) {
		memory, err := strconv.Atoi(definition["memory"].(string))
		for _, container := range objects(definition["containerDefinitions"]) {
			if err == nil && strings.HasSuffix(definition["family"].(string), "-Registration") {
				container["memory"] = memory
			}
		}
	}
}

// answerGap edits what moto answers.
func answerGap(operation string) func(map[string]any) {
	switch operation {
	case "RunTask", "DescribeTasks":
		// moto's tasks run for ever; the one that writes the registration ends well.
		return func(answer map[string]any) {
			for _, task := range objects(answer["tasks"]) {
				task["lastStatus"], task["desiredStatus"] = "STOPPED", "STOPPED"
				task["containers"] = []any{map[string]any{"name": "writer", "lastStatus": "STOPPED", "exitCode": 0}}
			}
		}
	case "CreateService", "UpdateService", "DescribeServices":
		// moto rolls nothing out: here it is done at once.
		return func(answer map[string]any) {
			services := objects(answer["services"])
			if one, ok := answer["service"].(map[string]any); ok {
				services = append(services, one)
			}
			for _, service := range services {
				service["runningCount"], service["pendingCount"] = service["desiredCount"], 0
				for _, deployment := range objects(service["deployments"]) {
					deployment["runningCount"], deployment["pendingCount"] = service["desiredCount"], 0
					deployment["rolloutState"] = "COMPLETED"
				}
			}
		}
	}
	return nil
}

// objects are the objects of a list.
func objects(list any) []map[string]any {
	var all []map[string]any
	items, _ := list.([]any)
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}
