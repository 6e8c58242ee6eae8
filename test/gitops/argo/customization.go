package argo

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Health is Argo CD's health of an object.
type Health struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// The words of Health.Status.
const (
	Healthy     = "Healthy"
	Progressing = "Progressing"
	Suspended   = "Suspended"
	Degraded    = "Degraded"
)

// Action is an action that Argo CD offers.
type Action struct {
	Disabled    bool   `json:"disabled"`
	DisplayName string `json:"displayName"`
	IconClass   string `json:"iconClass"`
}

// Customization is how Argo CD treats one kind of resource.
type Customization struct {
	// Health is the health check, Discovery says which actions there are, and Actions are
	// their scripts by their names.
	Health, Discovery string
	Actions           map[string]string
}

// Read reads the scripts of a folder such as config/argocd.
func Read(folder string) (Customization, error) {
	c := Customization{Actions: map[string]string{}}
	files, err := filepath.Glob(filepath.Join(folder, "actions", "*.lua"))
	if err != nil {
		return c, err
	}
	for _, file := range append(files, filepath.Join(folder, "health.lua")) {
		text, err := os.ReadFile(file)
		if err != nil {
			return c, err
		}
		switch name := filepath.Base(file); name {
		case "health.lua":
			c.Health = string(text)
		case "discovery.lua":
			c.Discovery = string(text)
		default:
			c.Actions[name[:len(name)-len(".lua")]] = string(text)
		}
	}
	return c, nil
}

// HealthOf runs the health check.
func (c Customization) HealthOf(obj *unstructured.Unstructured) (Health, error) {
	result, err := run(c.Health, obj)
	if err != nil {
		return Health{}, err
	}
	var health Health
	if err := decode(result, &health); err != nil {
		return health, err
	}
	if !slices.Contains([]string{Healthy, Progressing, Suspended, Degraded}, health.Status) {
		return health, fmt.Errorf("%q is no health that this kind has", health.Status)
	}
	return health, nil
}

// ActionsOf runs the discovery of actions.
func (c Customization) ActionsOf(obj *unstructured.Unstructured) (map[string]Action, error) {
	result, err := run(c.Discovery, obj)
	if err != nil {
		return nil, err
	}
	actions := map[string]Action{}
	return actions, decode(result, &actions)
}

// Act runs an action and returns the merge patch that Argo CD sends for it; "{}" is none.
func (c Customization) Act(name string, obj *unstructured.Unstructured) (string, error) {
	script, found := c.Actions[name]
	if !found {
		return "", fmt.Errorf("there is no action %s", name)
	}
	result, err := run(script, obj)
	if err != nil {
		return "", err
	}
	fields, ok := result.(map[string]any)
	if !ok {
		return "", fmt.Errorf("the action %s returned no object", name)
	}
	before, err := json.Marshal(obj.Object)
	if err != nil {
		return "", err
	}
	after, err := json.Marshal(restored(fields, obj.Object))
	if err != nil {
		return "", err
	}
	patch, err := jsonpatch.CreateMergePatch(before, after)
	return string(patch), err
}

// restored turns empty lists back into the empty objects that they were before a script
// saw them.
func restored(after, before any) any {
	switch now := after.(type) {
	case map[string]any:
		was, ok := before.(map[string]any)
		for key := range now {
			if ok {
				now[key] = restored(now[key], was[key])
			}
		}
	case []any:
		switch was := before.(type) {
		case map[string]any:
			if len(now) == 0 {
				return was
			}
		case []any:
			for i := range min(len(now), len(was)) {
				now[i] = restored(now[i], was[i])
			}
		}
	}
	return after
}
