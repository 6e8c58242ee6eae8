package awssim

import (
	"bytes"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/wire"
)

// The most that a journal keeps: that many entries, and that many bytes of requests.
const (
	maxEntries      = 100_000
	maxJournalBytes = 64 << 20
)

// journal is what was done to a world since its first day, in order. A world is
// made by its seed, its start and its journal alone: doing the same again, each
// thing at its moment, makes the same world. It is guarded by the world's lock.
type journal struct {
	start time.Time
	// first are the settings at the start, and known those after the last entry.
	first, known worldSettings
	entries      []journalEntry
	bytes        int
	// full is true once there was more to keep than there is room for. Then nothing is
	// kept: a part of a journal makes no world.
	full bool
}

// journalEntry is one thing that was done. Exactly one of its members but At is set.
type journalEntry struct {
	At       time.Time      `json:"at"`
	Call     *journalCall   `json:"call,omitempty"`
	Admin    *journalAdmin  `json:"admin,omitempty"`
	Settings *worldSettings `json:"settings,omitempty"`
	// Deployed is a gateway of which the Anypoint Platform said that its APIs changed.
	Deployed string `json:"deployed,omitempty"`
}

// journalCall is an AWS call that reached its handler.
type journalCall struct {
	// Service is the signing name.
	Service   string      `json:"service"`
	Operation string      `json:"operation"`
	Account   string      `json:"account"`
	Region    string      `json:"region"`
	Principal string      `json:"principal,omitempty"`
	RequestID string      `json:"requestId,omitempty"`
	Method    string      `json:"method"`
	Path      string      `json:"path"`
	Query     string      `json:"query,omitempty"`
	Header    http.Header `json:"header,omitempty"`
	Body      []byte      `json:"body,omitempty"`
}

// journalAdmin is a request to the admin API that changed the world.
type journalAdmin struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Body   []byte `json:"body,omitempty"`
}

// worldSettings are the settings of a world that can be changed at any moment.
type worldSettings struct {
	Settings core.Settings `json:"settings"`
	ReadLag  core.Spread   `json:"readLag"`
}

func settingsOf(w *core.World) worldSettings {
	return worldSettings{Settings: w.Settings.Clone(), ReadLag: w.ReadLag}
}

// add keeps an entry of so many bytes.
func (j *journal) add(e journalEntry, size int) {
	j.bytes += size
	if j.full = j.full || len(j.entries) >= maxEntries || j.bytes > maxJournalBytes; j.full {
		j.entries = nil
		return
	}
	j.entries = append(j.entries, e)
}

// noteSettings keeps a change of settings, whoever made it.
func (s *Sim) noteSettings() {
	now := worldSettings{Settings: s.world.Settings, ReadLag: s.world.ReadLag}
	if reflect.DeepEqual(now, s.journal.known) {
		return
	}
	s.journal.known = settingsOf(s.world)
	kept := settingsOf(s.world)
	s.journal.add(journalEntry{At: s.world.Now(), Settings: &kept}, 0)
}

// note keeps a call unless it can have had no effect: a read that neither drew on
// chance nor put anything on the timeline.
func (s *Sim) note(e *endpoint, call *core.Call, r *wire.Request, before core.Mark) {
	if isRead(call.Operation) && s.world.Mark() == before {
		return
	}
	c := &journalCall{
		Service: e.codec.Model().Metadata.SigningName(), Operation: call.Operation,
		Account: call.Account, Region: call.Region, Principal: call.Principal, RequestID: call.RequestID,
		Method: r.Method, Path: r.Path, Query: r.Query.Encode(), Header: keptHeader(r.Header), Body: bytes.Clone(r.Body),
	}
	s.journal.add(journalEntry{At: s.world.Now(), Call: c}, len(c.Path)+len(c.Query)+len(c.Body))
}

// isRead is true for the names that AWS gives to operations that change nothing.
func isRead(operation string) bool {
	if operation == "GetSecretValue" {
		return false // the secret remembers the day
	}
	for _, prefix := range []string{"BatchGet", "Describe", "Filter", "Get", "List", "Search"} {
		if strings.HasPrefix(operation, prefix) {
			return true
		}
	}
	return false
}

// keptHeader leaves out what says who asks and when: the entry has that already, and
// a signature is nobody else's business.
func keptHeader(h http.Header) http.Header {
	kept := http.Header{}
	for name, values := range h {
		switch {
		case name == "X-Amz-Date", name == "X-Amz-Security-Token", name == "X-Amz-User-Agent", name == "X-Amz-Content-Sha256":
		case name == "Content-Type", strings.HasPrefix(name, "X-Amz"):
			kept[name] = values
		}
	}
	return kept
}

// request is the call as it came.
func (c *journalCall) request() (*wire.Request, error) {
	query, err := url.ParseQuery(c.Query)
	if err != nil {
		return nil, err
	}
	return &wire.Request{Method: c.Method, Path: c.Path, Query: query, Header: c.Header, Body: c.Body}, nil
}
