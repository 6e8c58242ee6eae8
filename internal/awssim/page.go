package awssim

import (
	"embed"
	"net/http"
)

//go:embed page
var pageFiles embed.FS

// pageRoutes adds the page in the browser that draws an account, and what it draws from:
//
//	GET /_awssim/           the page
//	GET /_awssim/diagram    one account and region as a picture, in JSON
func (s *Sim) pageRoutes(mux *http.ServeMux) {
	serve := func(route, file string) {
		mux.HandleFunc("GET "+adminPrefix+route, func(w http.ResponseWriter, r *http.Request) {
			// Nothing from elsewhere, whatever the names in the account are.
			w.Header().Set("Content-Security-Policy", "default-src 'self'")
			http.ServeFileFS(w, r, pageFiles, "page/"+file)
		})
	}
	serve("{$}", "page.html")
	serve("page.css", "page.css")
	serve("page.js", "page.js")
	mux.HandleFunc("GET "+adminPrefix+"diagram", s.serveDiagram)
}
