package anypointsim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// maxForm is how much of a multipart form is kept in memory, in bytes.
const maxForm = 1 << 20

// semver is the form of an asset's version.
var semver = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

// asset finds a version of an asset that can be seen; nil where there is none.
func (s *Sim) asset(group, id, version string, now time.Time) *asset {
	a := s.coordinates(group, id, version)
	if a == nil || a.SoftDeleted || now.Before(a.Published) {
		return nil
	}
	return a
}

// coordinates finds who has, or had, a version's coordinates.
func (s *Sim) coordinates(group, id, version string) *asset {
	i := slices.IndexFunc(s.state.Assets, func(a *asset) bool { return a.Group == group && a.ID == id && a.Version == version })
	if i < 0 {
		return nil
	}
	return s.state.Assets[i]
}

// createAsset publishes an asset. Coordinates that are in use, or were until a soft delete,
// are refused with 409 ASSET_PRE_CONDITIONS_FAILED, which MuleSoft's skills describe.
func (s *Sim) createAsset(c *call) (answer, *refusal) {
	form, no := parseForm(c)
	if no != nil {
		return answer{}, no
	}
	a := &asset{
		Organization: c.org, Group: c.PathValue("group"), ID: c.PathValue("asset"), Version: c.PathValue("version"),
		Name: form["name"], Description: form["description"], Type: form["type"],
		APIVersion: form["properties.apiVersion"], Link: form["properties.assetLink"], Published: c.now,
	}
	if no := a.check(); no != nil {
		return answer{}, no
	}
	if s.coordinates(a.Group, a.ID, a.Version) != nil {
		return answer{}, refusef(http.StatusConflict, "ASSET_PRE_CONDITIONS_FAILED", "The asset is invalid: %s:%s:%s already exists", a.Group, a.ID, a.Version)
	}
	sync := strings.EqualFold(c.Header.Get("x-sync-publication"), "true")
	if !sync {
		a.Published = c.now.Add(s.delays.Publication)
	}
	s.state.Assets = append(s.state.Assets, a)
	if sync {
		return answer{http.StatusCreated, a.view()}, nil
	}
	id := s.chance.uuid()
	s.state.Publications[id] = &publication{Group: a.Group, ID: a.ID, Version: a.Version, Done: a.Published}
	link := fmt.Sprintf("http://%s%s/publication/status/%s", c.Host, c.URL.Path, id)
	return answer{http.StatusAccepted, map[string]string{"publicationStatusLink": link}}, nil
}

// check refuses what Exchange's documentation asks for and is missing.
func (a *asset) check() *refusal {
	var missing string
	switch {
	case !semver.MatchString(a.Version):
		return refusef(http.StatusBadRequest, "BAD_REQUEST", "The version %q is not a semantic version", a.Version)
	case a.Name == "":
		missing = "name"
	case a.Type == "":
		missing = "type"
	case a.Type == "http-api" && a.APIVersion == "":
		missing = "properties.apiVersion"
	case a.Type == "http-api" && a.Link == "":
		missing = "properties.assetLink"
	default:
		return nil
	}
	return refusef(http.StatusBadRequest, "BAD_REQUEST", "The field %s is missing", missing)
}

// parseForm reads the fields of a multipart form. Files are read and forgotten.
func parseForm(c *call) (map[string]string, *refusal) {
	bad := func(err error) *refusal {
		return refusef(http.StatusBadRequest, "BAD_REQUEST", "The body is not multipart/form-data: %v", err)
	}
	kind, parameters, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, bad(fmt.Errorf("the content type is %q", c.Header.Get("Content-Type")))
	}
	fields, reader := map[string]string{}, multipart.NewReader(bytes.NewReader(c.body), parameters["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, nil
		}
		if err != nil {
			return nil, bad(err)
		}
		value, err := io.ReadAll(io.LimitReader(part, maxForm))
		if err != nil {
			return nil, bad(err)
		}
		if part.FileName() == "" {
			fields[part.FormName()] = string(value)
		}
	}
}

func (s *Sim) getPublication(c *call) (answer, *refusal) {
	p, ok := s.state.Publications[c.PathValue("publication")]
	if !ok {
		return answer{}, refusef(http.StatusNotFound, "NOT_FOUND", "Publication not found")
	}
	status := "running"
	if !c.now.Before(p.Done) {
		status = "completed"
	}
	return answer{http.StatusOK, map[string]any{"status": status, "errors": []any{}}}, nil
}

// getAsset shows a version of an asset, or the latest where the path names none.
func (s *Sim) getAsset(c *call) (answer, *refusal) {
	group, id, version := c.PathValue("group"), c.PathValue("asset"), c.PathValue("version")
	for _, a := range slices.Backward(s.state.Assets) {
		if a.Group == group && a.ID == id && a.Organization == c.org && (version == "" || version == a.Version) && s.asset(group, id, a.Version, c.now) != nil {
			return answer{http.StatusOK, a.view()}, nil
		}
	}
	return answer{}, refusef(http.StatusNotFound, "NOT_FOUND", "Asset not found")
}

// deleteAsset deletes a version; softly, which keeps its coordinates from being used again,
// unless the header x-delete-type says hard-delete. Assumption: the 409 while API instances
// are of this version.
func (s *Sim) deleteAsset(c *call) (answer, *refusal) {
	group, id, version := c.PathValue("group"), c.PathValue("asset"), c.PathValue("version")
	hard := c.Header.Get("x-delete-type") == "hard-delete"
	a := s.coordinates(group, id, version)
	if a == nil || a.Organization != c.org || a.SoftDeleted && !hard || c.now.Before(a.Published) {
		return answer{}, refusef(http.StatusNotFound, "NOT_FOUND", "Asset not found")
	}
	if slices.ContainsFunc(s.state.APIs, func(i *api) bool {
		return !i.Removed && i.GroupID == group && i.AssetID == id && i.AssetVersion == version
	}) {
		return answer{}, refusef(http.StatusConflict, "CONFLICT", "The asset has API instances")
	}
	a.SoftDeleted = true
	if hard {
		s.state.Assets = slices.DeleteFunc(s.state.Assets, func(other *asset) bool { return other == a })
	}
	return answer{status: http.StatusNoContent}, nil
}

// view is an asset as Exchange shows it (mulesoft-anypoint/anypoint-client-go,
// exchange_assets/api/openapi.yaml).
func (a *asset) view() map[string]any {
	major, _, _ := strings.Cut(a.Version, ".")
	return map[string]any{
		"organizationId": a.Organization, "groupId": a.Group, "assetId": a.ID, "version": a.Version,
		"versionGroup": a.APIVersion, "productAPIVersion": a.APIVersion, "minorVersion": major + ".0",
		"name": a.Name, "description": a.Description, "type": a.Type, "assetLink": a.Link, "status": "published",
		"isPublic": false, "isSnapshot": strings.Contains(a.Version, "-"), "createdAt": stamp(a.Published), "files": []any{},
	}
}
