package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// authority signs the certificates of one run.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// writeKeys makes an authority, the server's certificate and the key that signs
// service account tokens, writes them to dir, and returns the configuration of a
// cluster administrator.
func writeKeys(dir string, port int) (*rest.Config, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, err
	}
	caPEM, err := cert.EncodeCertificates(ca.cert)
	if err != nil {
		return nil, err
	}
	serverCert, serverKey, err := ca.issue(serverTemplate())
	if err != nil {
		return nil, err
	}
	adminCert, adminKey, err := ca.issue(adminTemplate())
	if err != nil {
		return nil, err
	}
	tokenKey, err := keyutil.MakeEllipticPrivateKeyPEM()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"ca.crt": caPEM, "apiserver.crt": serverCert, "apiserver.key": serverKey, "sa.key": tokenKey}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	return &rest.Config{
		Host:            fmt.Sprintf("https://127.0.0.1:%d", port),
		QPS:             100,
		Burst:           200,
		TLSClientConfig: rest.TLSClientConfig{CAData: caPEM, CertData: adminCert, KeyData: adminKey},
	}, nil
}

func serverTemplate() *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 0, 0, 1)},
	}
}

func adminTemplate() *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	c, err := cert.NewSelfSignedCACert(cert.Config{CommonName: "controlplane-ca"}, key)
	return &authority{cert: c, key: key}, err
}

// issue signs a certificate for a year and returns it and its new key as PEM.
func (a *authority) issue(template *x509.Certificate) (certPEM, keyPEM []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, nil, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.NotBefore, template.NotAfter = a.cert.NotBefore, time.Now().AddDate(1, 0, 0)
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, nil, err
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, err
	}
	if certPEM, err = cert.EncodeCertificates(c); err != nil {
		return nil, nil, err
	}
	keyPEM, err = keyutil.MarshalPrivateKeyToPEM(key)
	return certPEM, keyPEM, err
}
