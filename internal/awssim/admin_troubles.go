package awssim

import (
	"encoding/json"
	"net/http"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ecs"
)

// troubleRoutes serves the troubles of Fargate.
func (s *Sim) troubleRoutes(handle func(method, page string, h http.HandlerFunc)) {
	handle("GET", "troubles", func(w http.ResponseWriter, _ *http.Request) { s.admin.Answer(w, s.troubles()) })
	handle("PUT", "troubles", s.putTroubles)
	handle("DELETE", "troubles", func(w http.ResponseWriter, _ *http.Request) {
		s.world.Do(func() { s.ECS.SetTroubles(ecs.Troubles{}) })
		w.WriteHeader(http.StatusNoContent)
	})
	handle("POST", "tasks/{id}/kill", s.killTask)
	handle("POST", "tasks/{id}/interrupt", s.interruptTask)
}

func (s *Sim) troubles() (t ecs.Troubles) {
	s.world.Do(func() { t = s.ECS.Troubles() })
	return t
}

// putTroubles replaces the troubles in force, and answers with them.
func (s *Sim) putTroubles(w http.ResponseWriter, r *http.Request) {
	var t ecs.Troubles
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "the body is not the troubles of Fargate: %v", err)
		return
	}
	s.world.Do(func() { s.ECS.SetTroubles(t) })
	s.admin.Answer(w, s.troubles())
}

// killTask loses the running task whose id, or the end of whose ARN, is in the path.
func (s *Sim) killTask(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	killed := false
	for _, task := range s.tasksOf(id) {
		s.world.Do(func() { killed = s.ECS.KillTask(task.ID) || killed })
	}
	if !killed {
		s.admin.Refuse(w, http.StatusNotFound, "there is no task %q that runs", id)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// interruptTask interrupts the task on Fargate Spot whose id is in the path.
func (s *Sim) interruptTask(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	interrupted := false
	for _, task := range s.tasksOf(id) {
		s.world.Do(func() { interrupted = s.ECS.InterruptTask(task.ID) || interrupted })
	}
	if !interrupted {
		s.admin.Refuse(w, http.StatusNotFound, "there is no task %q that runs on Fargate Spot", id)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// tasksOf are the tasks with an id.
func (s *Sim) tasksOf(id string) []core.Resource {
	var found []core.Resource
	for _, r := range s.Inventory() {
		if r.Service == "ecs" && r.Kind == "Task" && strings.HasSuffix(r.ID, "/"+id) {
			found = append(found, r)
		}
	}
	return found
}
