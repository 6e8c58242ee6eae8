package demo

import "testing"

func TestTheNextImageHasTheNextVersion(t *testing.T) {
	for image, want := range map[string]string{
		"docker.io/mulesoft/flex-gateway:1.12.3": "docker.io/mulesoft/flex-gateway:1.12.4",
		"mulesoft/flex-gateway:1.9.9":            "mulesoft/flex-gateway:1.9.10",
		"docker.io/mulesoft/flex-gateway:stable": "",
		"mulesoft/flex-gateway:1.12.3@sha256:ab": "",
	} {
		got, ok := nextImage(image)
		if ok != (want != "") || ok && got != want {
			t.Errorf("nextImage(%s) = %s, %t; want %q", image, got, ok, want)
		}
	}
}
