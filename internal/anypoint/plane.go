package anypoint

import (
	"fmt"
	"net/url"
	"strings"
)

// planes are the control planes that have a name: the servers of the OpenAPI descriptions
// of mulesoft-anypoint/anypoint-client-go (US, EU, GOV) and mulesoft/mulesoft-dx (CA, JP).
var planes = map[string]string{
	"US":  "https://anypoint.mulesoft.com",
	"EU":  "https://eu1.anypoint.mulesoft.com",
	"GOV": "https://gov.anypoint.mulesoft.com",
	"CA":  "https://ca1.platform.mulesoft.com",
	"JP":  "https://jp1.platform.mulesoft.com",
}

// PlaneURL is the URL of a control plane, without a slash at its end: of US, EU, CA, JP or
// GOV, or the given one, which must be https.
func PlaneURL(plane string) (string, error) {
	if known, ok := planes[strings.ToUpper(plane)]; ok {
		return known, nil
	}
	u, err := url.Parse(plane)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return "", fmt.Errorf("control plane %q: want US, EU, CA, JP, GOV or an https URL", withoutUser(plane, u))
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("control plane %q: want a URL without a user, a query and a fragment", withoutUser(plane, u))
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// withoutUser is what was written, without what may be a password in it.
func withoutUser(written string, u *url.URL) string {
	if u == nil || u.User == nil {
		if _, host, found := strings.Cut(written, "@"); found {
			return host
		}
		return written
	}
	return u.Host
}
