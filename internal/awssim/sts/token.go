package sts

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// claims are what a web identity token says.
type claims struct {
	Issuer  string `json:"iss"`
	Subject string `json:"sub"`
	// Audience is a string or a list of strings.
	Audience any `json:"aud"`
}

// audience is the first audience.
func (c claims) audience() string {
	switch aud := c.Audience.(type) {
	case string:
		return aud
	case []any:
		if len(aud) > 0 {
			first, _ := aud[0].(string)
			return first
		}
	}
	return ""
}

func parseToken(token string) (claims, error) {
	refusal := core.Errorf("InvalidIdentityToken", "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, refusal
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return claims{}, refusal
	}
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil {
		return claims{}, refusal
	}
	return c, nil
}
