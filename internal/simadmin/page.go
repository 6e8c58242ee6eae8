// Package simadmin is what the admin APIs of the simulators have in common: JSON, for the
// machine that the simulator runs on, with errors that are sentences.
package simadmin

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
)

// MaxBody is the largest body of a request to an admin API, in bytes, where its page does
// not say another.
const MaxBody = 64 << 10

// Page answers requests to an admin API.
type Page struct {
	// Simulator stands in front of errors.
	Simulator string
	Logger    *slog.Logger
}

// Admits tells whether the request may be served; if not, it has refused it. This machine
// alone is served, and no other site's page in its browser.
func (p Page) Admits(w http.ResponseWriter, r *http.Request) bool {
	if !fromLoopback(r) {
		p.Refuse(w, http.StatusForbidden, "this page is for the machine that the simulator runs on")
		return false
	}
	if fromAnotherSite(r) {
		p.Refuse(w, http.StatusForbidden, "another site's page may change nothing here")
		return false
	}
	return true
}

// Read decodes the body of a request, at most MaxBody of it, into what it should be, or
// refuses it. A field that is not known is an error.
func (p Page) Read(w http.ResponseWriter, r *http.Request, what string, in any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, MaxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil {
		p.Refuse(w, http.StatusBadRequest, "the body is not %s: %v", what, err)
		return false
	}
	return true
}

// Answer writes v in JSON.
func (p Page) Answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		p.Logger.Warn("cannot answer", "error", err)
	}
}

// Removed answers a DELETE of one thing.
func (p Page) Removed(w http.ResponseWriter, found bool, kind, name string) {
	if !found {
		p.Refuse(w, http.StatusNotFound, "there is no %s %q", kind, name)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// Refuse refuses a request with a sentence: {"error": "..."}.
func (p Page) Refuse(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	p.Answer(w, map[string]string{"error": p.Simulator + ": " + fmt.Sprintf(format, args...)})
}

func fromLoopback(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && isLoopback(host)
}

// fromAnotherSite is true where a browser sends a request that would change something on
// behalf of a page from elsewhere. A browser on this machine can come from anywhere; curl,
// which names no origin, cannot.
func fromAnotherSite(r *http.Request) bool {
	if http.NewCrossOriginProtection().Check(r) != nil {
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return false
	}
	// A name that somebody else's DNS leads here is its own origin's host.
	u, err := url.Parse(origin)
	return err != nil || u.Hostname() != "localhost" && !isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
