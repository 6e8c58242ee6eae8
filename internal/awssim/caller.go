package awssim

import (
	"net"
	"net/url"
	"regexp"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/wire"
)

// defaultRegion is the region of a request that names none, such as an unsigned
// one to the global endpoint of STS.
const defaultRegion = "us-east-1"

// accountInKey finds the account in an access key id such as AKIA123456789012SIMU.
var accountInKey = regexp.MustCompile(`^A[KS]IA(\d{12})`)

// credential is what a request says about its sender and its addressee.
type credential struct {
	accessKeyID string
	region      string
	// service is the signing name, such as "elasticfilesystem".
	service string
	signed  bool
}

// credentialOf reads the credential scope, from the Authorization header or from
// the query string of a presigned request. Only an unsigned request is routed by
// its content or, at last, by its host.
func (s *Sim) credentialOf(r *wire.Request, host string) credential {
	scope := r.Query.Get("X-Amz-Credential")
	if _, after, found := strings.Cut(r.Header.Get("Authorization"), "Credential="); found {
		scope, _, _ = strings.Cut(after, ",")
	}
	// key/date/region/service/aws4_request, and without the region in SigV4a
	parts := strings.Split(strings.TrimSpace(scope), "/")
	switch n := len(parts); n {
	case 5:
		return credential{accessKeyID: parts[0], region: parts[2], service: parts[3], signed: true}
	case 4:
		return credential{accessKeyID: parts[0], region: defaultRegion, service: parts[2], signed: true}
	default:
		service, region := s.addressee(r, host)
		return credential{region: region, service: service}
	}
}

// addressee guesses the service and the region of an unsigned request.
func (s *Sim) addressee(r *wire.Request, host string) (service, region string) {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	labels := strings.Split(name, ".")
	region = defaultRegion
	if len(labels) > 3 && labels[len(labels)-2] == "amazonaws" {
		region = labels[len(labels)-3]
	}
	target, _, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	version := formVersion(r)
	for signing, e := range s.endpoints {
		m := e.codec.Model().Metadata
		if target != "" && m.TargetPrefix == target || version != "" && m.APIVersion == version {
			return signing, region
		}
	}
	return labels[0], region
}

func formVersion(r *wire.Request) string {
	values := r.Query
	if len(r.Body) > 0 && r.Header.Get("X-Amz-Target") == "" {
		if form, err := url.ParseQuery(string(r.Body)); err == nil {
			values = form
		}
	}
	return values.Get("Version")
}

// callerOf is the account and the ARN behind an access key. The world must be locked.
func (s *Sim) callerOf(c credential) (account, principal string) {
	if assumed, ok := s.sessions.Caller(c.accessKeyID); ok {
		return assumed.Account, assumed.ARN
	}
	account = core.DefaultAccount
	if named, ok := s.accounts[c.accessKeyID]; ok {
		account = named
	} else if m := accountInKey.FindStringSubmatch(c.accessKeyID); m != nil {
		account = m[1]
	}
	if !c.signed {
		return account, ""
	}
	scope := core.Scope{Account: account, Region: c.region}
	return account, "arn:" + scope.Partition() + ":iam::" + account + ":user/awssim"
}
