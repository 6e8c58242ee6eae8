package ecs

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// createRegistration is "flexctl registration create". What the platform has registered
// stays registered when the file cannot be written afterwards.
func createRegistration(p *process, args []string) error {
	flags := newFlexctlFlags("create")
	r := platform.Registration{}
	flags.StringVar(&r.Organization, "organization", "", "")
	flags.StringVar(&r.Environment, "environment", "", "")
	flags.BoolVar(&r.Connected, "connected", false, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("accepts 1 arg(s), received %d", flags.NArg())
	}
	if err := flags.check(); err != nil {
		return err
	}
	needed := []string{"organization", "environment"}
	if flags.by.Token != "" {
		needed = nil // the token carries both
	}
	if err := flags.required(needed...); err != nil {
		return err
	}
	there, err := p.anypoint()
	if err != nil {
		return err
	}
	if err := p.checkOutput(flags); err != nil {
		return err
	}
	r.Plane, r.By, r.Name = flags.plane, flags.by, flags.Arg(0)
	file, err := there.Create(p.service.world.Now(), r)
	if err != nil {
		return err
	}
	if err := p.writeRegistration(flags, file); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "Registration completed")
	return nil
}

// renewRegistration is "flexctl registration renew".
func renewRegistration(p *process, args []string) error {
	flags := newFlexctlFlags("renew")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("accepts 1 arg(s), received %d", flags.NArg())
	}
	if err := flags.check(); err != nil {
		return err
	}
	file, err := p.registration(flags.Arg(0))
	if err != nil {
		return err
	}
	there, err := p.anypoint()
	if err != nil {
		return err
	}
	if err := p.checkOutput(flags); err != nil {
		return err
	}
	renewed, err := there.Renew(p.service.world.Now(), flags.plane, flags.by, file)
	if err != nil {
		return err
	}
	if err := p.writeRegistration(flags, renewed); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "Registration renewal completed")
	return nil
}

// deleteRegistration is "flexctl registration delete". The local file stays.
func deleteRegistration(p *process, args []string) error {
	flags := newFlexctlFlags("delete")
	name := flags.String("file", registrationFile, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := flags.check(); err != nil {
		return err
	}
	file, err := p.registration(*name)
	if err != nil {
		return err
	}
	there, err := p.anypoint()
	if err != nil {
		return err
	}
	if err := there.Delete(p.service.world.Now(), flags.by, file); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "Registration deleted")
	return nil
}

// inspectRegistration is "flexctl registration inspect": until when the certificate of a
// registration is valid.
func inspectRegistration(p *process, args []string) error {
	flags := newFlexctlFlags("inspect")
	name := flags.String("file", registrationFile, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	file, err := p.registration(*name)
	if err != nil {
		return err
	}
	end, err := certificateEnd(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "{\"expiration_date\": %q}\n", end.UTC().String())
	return nil
}

// registration reads a registration file, with the certificate that --split has put next
// to it.
func (p *process) registration(name string) ([]byte, error) {
	file, ok := p.files.read(p.path(name))
	if !ok {
		return nil, fmt.Errorf("open %s: %w", name, errNoFile)
	}
	if beside, ok := p.files.read(path.Join(path.Dir(p.path(name)), certificateFile)); ok {
		file = bytes.Join([][]byte{bytes.TrimRight(file, "\n"), beside}, []byte("\n---\n"))
	}
	return file, nil
}

var errFileExists = errors.New("file already exists")

// checkOutput refuses to overwrite a registration.
func (p *process) checkOutput(flags *flexctlFlags) error {
	if _, there := p.files.read(p.path(path.Join(flags.output, registrationFile))); there {
		return errFileExists
	}
	return nil
}

// writeRegistration writes the file, with --split the certificate into another.
func (p *process) writeRegistration(flags *flexctlFlags, file []byte) error {
	parts := map[string][]byte{registrationFile: file}
	if flags.split {
		parts[registrationFile], parts[certificateFile] = splitSecrets(file)
	}
	for _, name := range []string{registrationFile, certificateFile} {
		full := path.Join(flags.output, name)
		if data, wanted := parts[name]; wanted {
			if err := p.files.write(p.path(full), data); err != nil {
				return fmt.Errorf("open %s: %w", full, err)
			}
		}
	}
	return nil
}

// splitSecrets parts the Secret documents of a registration from the others.
func splitSecrets(file []byte) (rest, secrets []byte) {
	var kept, parted []string
	for _, part := range documentEnd.Split(string(file), -1) {
		var d document
		if err := yaml.Unmarshal([]byte(part), &d); err == nil && d.Kind == "Secret" {
			parted = append(parted, strings.TrimPrefix(part, "\n"))
			continue
		}
		kept = append(kept, strings.TrimPrefix(part, "\n"))
	}
	return []byte(strings.Join(kept, "---\n")), []byte(strings.Join(parted, "---\n"))
}

// certificateEnd is until when the certificate of a registration is valid: the first of
// its chain, which is the gateway's own.
func certificateEnd(file []byte) (time.Time, error) {
	documents, _ := documentsIn(file)
	for _, d := range documents {
		text, err := base64.StdEncoding.DecodeString(d.Spec.Certificate)
		if d.Kind != "Secret" || d.Spec.Certificate == "" || err != nil {
			continue
		}
		block, _ := pem.Decode(text)
		if block == nil {
			break
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return time.Time{}, fmt.Errorf("the certificate of the registration cannot be read: %w", err)
		}
		return certificate.NotAfter, nil
	}
	return time.Time{}, errors.New("the registration has no certificate")
}
