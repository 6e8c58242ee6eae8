package anypointsim

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// certificateLife is how long the certificate of a gateway is valid: two years, as in a
// registration that MuleSoft has published as a sample.
const certificateLife = 2 * 365 * 24 * time.Hour

// authorityLife keeps the platform's own certificates from expiring before anybody's clock
// gets there. MuleSoft's expire in 2027 and 2028.
const authorityLife = 50 * 365 * 24 * time.Hour

// errCertificate is what a gateway says of a certificate that the platform refuses. A person
// has seen it for one that was self-signed.
var errCertificate = errors.New("certificate is invalid")

// authority signs the certificates of gateways, through an intermediate as MuleSoft's does.
type authority struct {
	root, intermediate *x509.Certificate
	key                *ecdsa.PrivateKey // the intermediate's
}

func newAuthority(now time.Time) (*authority, error) {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	root, err := sign(authorityTemplate("MuleAgentRoot", now), nil, rootKey.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	intermediate, err := sign(authorityTemplate("mule-agent-ica-useast1", now), root, key.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	return &authority{root: root, intermediate: intermediate, key: key}, nil
}

func authorityTemplate(name string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(authorityLife),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
}

// sign makes a certificate; without a parent, one that signs itself.
func sign(template, parent *x509.Certificate, public crypto.PublicKey, by *ecdsa.PrivateKey) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// issue makes a key and a certificate for a gateway, both in PEM; the certificate comes with
// those that it hangs on.
func (a *authority) issue(id, region string, now time.Time) (chain, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	leaf, err := sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: commonName(id, region)}, NotBefore: now, NotAfter: now.Add(certificateLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}, a.intermediate, private.Public(), a.key)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range []*x509.Certificate{leaf, a.intermediate, a.root} {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return chain, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func commonName(id, region string) string { return fmt.Sprintf("%s.RR.%s.prod", id, region) }

// leafOf reads the first certificate of a chain, which the platform must have signed. Whether
// it has expired is for the caller to look at.
func (a *authority) leafOf(chain []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(chain)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errCertificate
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil || leaf.CheckSignatureFrom(a.intermediate) != nil || !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageClientAuth) {
		return nil, errCertificate
	}
	return leaf, nil
}
