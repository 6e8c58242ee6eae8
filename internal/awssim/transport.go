package awssim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// RoundTripper is a transport for SDK clients in the same process: no network,
// but the same bytes as over one.
func (s *Sim) RoundTripper() http.RoundTripper { return transport{handler: s.Handler()} }

// RoundTripper is Sim.RoundTripper of whichever Sim runs when a request is sent.
func (h *Host) RoundTripper() http.RoundTripper { return transport{handler: h} }

type transport struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RemoteAddr = "127.0.0.1:0"
	in.RequestURI = r.URL.RequestURI()
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	buffer := &responseBuffer{header: http.Header{}, status: http.StatusOK}
	cut := !serve(t.handler, buffer, in)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if cut {
		return nil, io.EOF // what net/http's own transport returns for a closed connection
	}
	return buffer.response(r), nil
}

// serve runs the handler as net/http's server does; false where the handler has
// aborted, which closes the connection.
func serve(h http.Handler, w http.ResponseWriter, r *http.Request) (answered bool) {
	defer func() {
		p := recover()
		if err, ok := p.(error); p != nil && !(ok && errors.Is(err, http.ErrAbortHandler)) {
			panic(p)
		}
	}()
	h.ServeHTTP(w, r)
	return true
}

// responseBuffer keeps what a handler answers.
type responseBuffer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (b *responseBuffer) Header() http.Header { return b.header }

// WriteHeader implements http.ResponseWriter.
func (b *responseBuffer) WriteHeader(status int) { b.status = status }

// Write implements http.ResponseWriter.
func (b *responseBuffer) Write(p []byte) (int, error) { return b.body.Write(p) }

func (b *responseBuffer) response(r *http.Request) *http.Response {
	return &http.Response{
		Status: fmt.Sprintf("%d %s", b.status, http.StatusText(b.status)), StatusCode: b.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: b.header, Body: io.NopCloser(&b.body), ContentLength: int64(b.body.Len()), Request: r,
	}
}
