package anypointsim

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/internal/anypointsim/platform"
)

func TestARegistrationHasAChainOfThreeCertificatesForTwoYears(t *testing.T) {
	l := newLab(t)
	id, file := l.register("gw")
	_, chain, err := readRegistration(file)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var leaf *x509.Certificate
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for block, rest := pem.Decode(chain); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, c.Subject.CommonName)
		switch {
		case leaf == nil:
			leaf = c
		case c.Subject.CommonName == "MuleAgentRoot":
			roots.AddCert(c)
		default:
			between.AddCert(c)
		}
	}
	if want := []string{id + ".RR.us-east-1.prod", "mule-agent-ica-useast1", "MuleAgentRoot"}; strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("certificates of %v, want %v", names, want)
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: l.clock.Now().AddDate(1, 11, 0), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		t.Error(err)
	}
	if life := leaf.NotAfter.Sub(leaf.NotBefore); life != certificateLife {
		t.Errorf("valid for %v, want two years", life)
	}
	for _, line := range []string{"assetName: gw\n", "anypoint: https://anypoint.mulesoft.com\n", "arm: wss://arm-mcm2-service.kprod.msap.io/agent\n", "kind: Secret\n"} {
		if !strings.Contains(string(file), line) {
			t.Errorf("the file has no line %q", line)
		}
	}
}

func TestFlexctlIsRefusedInMuleSoftsWords(t *testing.T) {
	tests := []struct {
		name   string
		change func(*lab, *platform.Registration)
		says   string
	}{
		{"the name is taken", func(l *lab, r *platform.Registration) { l.register(r.Name) }, "an active target with the same name already exists in this organization and environment"},
		{"a wrong secret", func(_ *lab, r *platform.Registration) { r.By.ClientSecret = "x" }, "401 Unauthorized"},
		{"an unknown client", func(_ *lab, r *platform.Registration) { r.By.ClientID = "x" }, "invalid_client"},
		{"an unknown environment", func(_ *lab, r *platform.Registration) { r.Environment = "x" }, "handler returned neither error nor response message"},
		{"an unknown organization", func(_ *lab, r *platform.Registration) { r.Organization = "x" }, "handler returned neither error nor response message"},
		{"a missing scope", func(l *lab, r *platform.Registration) {
			_ = l.sim.PutApp(App{ClientID: "poor", ClientSecret: "s", Organization: DemoOrganization, Grants: []Grant{{ReadServers, DemoEnvironment}, {ManageServers, DemoEnvironment}}})
			r.By = platform.Credentials{ClientID: "poor", ClientSecret: "s"}
		}, "rpc error: code = Internal desc = handler returned neither error nor response message"},
		{"an unknown token", func(_ *lab, r *platform.Registration) { r.By = platform.Credentials{Token: "x"} }, "the registration token is invalid or has expired"},
		{"no name", func(_ *lab, r *platform.Registration) { r.Name = "" }, "400 Bad Request"},
		{"a platform that is away", func(l *lab, _ *platform.Registration) { _ = l.sim.SetAway(AwayRefused) }, "EOF"},
		{"one that answers 503", func(l *lab, _ *platform.Registration) { _ = l.sim.SetAway(AwayUnavailable) }, "503 Service Unavailable"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			r := registrationOf("gw")
			test.change(l, &r)
			before := len(l.sim.Inventory())
			if _, err := l.sim.Create(l.clock.Now(), r); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want %s", err, test.says)
			}
			if after := len(l.sim.Inventory()); after != before {
				t.Errorf("%d things after %d", after, before)
			}
		})
	}
}

func TestARegistrationTokenRegistersOneGatewayWithinFourHours(t *testing.T) {
	l := newLab(t)
	mint := func() platform.Registration {
		o := l.want(200, "POST", "/standalone/api/v1"+envBase+"/gatewaytokens", "")
		return platform.Registration{By: platform.Credentials{Token: o.text("registrationToken")}, Name: "gw", Connected: true}
	}
	r := mint()
	if _, err := l.sim.Create(l.clock.Now(), r); err != nil {
		t.Fatal(err)
	}
	r.Name = "another"
	if _, err := l.sim.Create(l.clock.Now(), r); err == nil {
		t.Error("a token was taken twice")
	}
	late := mint()
	late.Name = "late"
	l.clock.step(4 * time.Hour)
	if _, err := l.sim.Create(l.clock.Now(), late); err == nil {
		t.Error("a token was taken after four hours")
	}
	if got := l.sim.Inventory(); len(got) != 1 || got[0].Environment != DemoEnvironment {
		t.Errorf("inventory %v, want one gateway", got)
	}
}

func TestALostAnswerLeavesTheGatewayBehind(t *testing.T) {
	for _, f := range []Fault{{Cut: CutAfter}, {Garble: GarbleHTML}} {
		l := newLab(t)
		f.Operation, f.Times = opRegister, 1
		if _, err := l.sim.SetFault(f); err != nil {
			t.Fatal(err)
		}
		if file, err := l.sim.Create(l.clock.Now(), registrationOf("gw")); err == nil || file != nil {
			t.Errorf("%+v: file %q, error %v", f, file, err)
		}
		if _, err := l.sim.Create(l.clock.Now(), registrationOf("gw")); err == nil || !strings.Contains(err.Error(), "already exists") {
			t.Errorf("%+v: the second try: %v, want that the name is taken", f, err)
		}
	}
}

func TestRenewalAlsoOfWhatHasExpired(t *testing.T) {
	l := newLab(t)
	id, old := l.register("gw")
	l.clock.step(certificateLife + time.Hour)
	if err := l.sim.Connect(l.clock.Now(), old, platform.Replica{ID: "r"}); err == nil || err.Error() != "certificate is invalid" {
		t.Errorf("an expired certificate: %v", err)
	}
	renewed, err := l.sim.Renew(l.clock.Now(), "https://anypoint.mulesoft.com", demoCredentials(), old)
	if err != nil {
		t.Fatal(err)
	}
	if again, _, _ := readRegistration(renewed); again != id {
		t.Errorf("renewed for %s, want %s", again, id)
	}
	l.connect(renewed, "r")
	if _, err := l.sim.Renew(l.clock.Now(), "", platform.Credentials{ClientID: DemoClientID, ClientSecret: "x"}, old); err == nil {
		t.Error("renewed with a wrong secret")
	}
	l.token = l.login(DemoClientID, DemoClientSecret)
	l.want(202, "DELETE", gatewaysPath+"/"+id, "")
	l.clock.step(DefaultDelays().Delete)
	if _, err := l.sim.Renew(l.clock.Now(), "", demoCredentials(), renewed); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("renewing for a deleted gateway: %v", err)
	}
}

func TestFilesThatAreNotThePlatformsOwnAreRefused(t *testing.T) {
	l := newLab(t)
	_, file := l.register("gw")
	_, others := newLab(t).register("gw") // the same ids, from another authority
	other, _ := l.register("other")
	id, _, _ := readRegistration(file)
	tests := map[string][]byte{
		"another authority":     others,
		"another gateway's id":  []byte(strings.ReplaceAll(string(file), id, other)),
		"no certificate":        []byte(strings.ReplaceAll(string(file), "tls.crt:", "tls.cert:")),
		"not base64":            []byte(strings.ReplaceAll(string(file), "tls.crt: ", "tls.crt: '*' #")),
		"an empty file":         nil,
		"a file without a file": []byte("kind: Configuration\n"),
	}
	for name, bad := range tests {
		if err := l.sim.Connect(l.clock.Now(), bad, platform.Replica{ID: "r"}); err == nil || err.Error() != "certificate is invalid" {
			t.Errorf("%s: Connect: %v", name, err)
		}
		if _, err := l.sim.Renew(l.clock.Now(), "", demoCredentials(), bad); err == nil {
			t.Errorf("%s: renewed", name)
		}
		if err := l.sim.Delete(l.clock.Now(), demoCredentials(), bad); err == nil {
			t.Errorf("%s: deleted", name)
		}
	}
}

func TestFlexctlDeletesAGatewayAndFreesItsName(t *testing.T) {
	l := newLab(t)
	id, file := l.register("gw")
	if err := l.sim.Delete(l.clock.Now(), demoCredentials(), file); err != nil {
		t.Fatal(err)
	}
	l.clock.step(DefaultDelays().Delete)
	if again, _ := l.register("gw"); again == id {
		t.Error("the same id was given twice")
	}
	if err := l.sim.Delete(l.clock.Now(), demoCredentials(), file); err == nil {
		t.Error("deleted twice")
	}
}

func TestTheControlPlaneIsWrittenIntoTheFile(t *testing.T) {
	l := newLab(t)
	r := registrationOf("gw")
	r.Plane = "https://eu1.anypoint.mulesoft.com/"
	file, err := l.sim.Create(l.clock.Now(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"region: eu-central-1\n", "anypoint: https://eu1.anypoint.mulesoft.com\n", "metering: https://eu1.ingest.mulesoft.com/api/v2/metrics\n"} {
		if !strings.Contains(string(file), line) {
			t.Errorf("the file has no line %q", line)
		}
	}
	l.connect(file, "r")
}
