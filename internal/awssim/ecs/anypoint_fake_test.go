package ecs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/internal/anypointsim/platform"
)

const (
	testAgent = "11111111-2222-3333-4444-555555555555"
	testPlane = "https://eu1.anypoint.mulesoft.com"
)

// fakeAnypoint is a platform with one gateway.
type fakeAnypoint struct {
	asked   []platform.Registration
	deleted []string
	renewed []string // planes
	// refuses is the error of all calls.
	refuses error
	file    string
	// replicas are those that are connected, by id.
	replicas map[string]platform.Replica
	attempts int
	apis     []platform.API
	tell     func(string)
}

func newFakeAnypoint(t *testing.T, until time.Time) *fakeAnypoint {
	return &fakeAnypoint{file: registrationUntil(t, until), replicas: map[string]platform.Replica{}}
}

func (f *fakeAnypoint) Create(_ time.Time, r platform.Registration) ([]byte, error) {
	f.asked = append(f.asked, r)
	return []byte(f.file), f.refuses
}

func (f *fakeAnypoint) Renew(_ time.Time, plane string, _ platform.Credentials, file []byte) ([]byte, error) {
	if !strings.Contains(string(file), testAgent) || !strings.Contains(string(file), "tls.crt") {
		return nil, fmt.Errorf("not a registration with its certificate: %q", file)
	}
	f.renewed = append(f.renewed, plane)
	return []byte(f.file), f.refuses
}

func (f *fakeAnypoint) Delete(_ time.Time, by platform.Credentials, _ []byte) error {
	f.deleted = append(f.deleted, by.Token)
	return f.refuses
}

func (f *fakeAnypoint) Connect(_ time.Time, file []byte, r platform.Replica) error {
	f.attempts++
	if f.refuses != nil {
		return f.refuses
	}
	if !strings.Contains(string(file), "tls.crt") {
		return errors.New("certificate is missing")
	}
	f.replicas[r.ID] = r
	return nil
}

func (f *fakeAnypoint) Disconnect(_ time.Time, gateway, replica string) {
	if gateway == testAgent {
		delete(f.replicas, replica)
	}
}

func (f *fakeAnypoint) APIs(gateway string) []platform.API {
	if gateway != testAgent {
		return nil
	}
	return slices.Clone(f.apis)
}

func (f *fakeAnypoint) OnDeployment(fn func(string)) { f.tell = fn }

// replicas are the connections, by id.
func (b *bench) replicas(f *fakeAnypoint) (all map[string]platform.Replica) {
	b.world.Do(func() { all = maps.Clone(f.replicas) })
	return all
}

// attempts is how often a gateway tried to connect.
func (b *bench) attempts(f *fakeAnypoint) (n int) {
	b.world.Do(func() { n = f.attempts })
	return n
}

// deploy changes the APIs and tells of it as the platform does: with nothing locked.
func (b *bench) deploy(f *fakeAnypoint, apis ...platform.API) {
	b.world.Do(func() { f.apis = apis })
	f.tell(testAgent)
}

// registrationUntil is a registration file whose certificate ends then.
func registrationUntil(t *testing.T, until time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: testAgent}, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return "apiVersion: gateway.mulesoft.com/v1alpha1\n" + testRegistration + "    certificateRef: {kind: Secret, name: flex-registration}\n---\n" +
		"kind: Secret\nmetadata: {name: flex-registration}\nspec:\n  tls.crt: " + base64.StdEncoding.EncodeToString(chain) + "\n"
}
