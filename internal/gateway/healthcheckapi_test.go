package gateway

import (
	"regexp"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

func TestTheVersionOfFlexGatewayIsInTheImageOrNot(t *testing.T) {
	for image, want := range map[string]string{
		"docker.io/mulesoft/flex-gateway:1.12.3":                                "1.12.3",
		"registry.example.com:5000/flex-gateway:v1.9.0":                         "1.9.0",
		"docker.io/mulesoft/flex-gateway:1.12.3-hotfix":                         "",
		"docker.io/mulesoft/flex-gateway@sha256:" + strings.Repeat("0a", 32):    "",
		"registry.example.com:5000/flex-gateway:stable":                         "",
		"flex-gateway:1.12.3@sha256:" + strings.Repeat("0a", 32):                "",
		"registry.example.com:5000.1.2/flex-gateway:latest-of-1.12.3-and-later": "",
	} {
		if got := versionOf(image); got != want {
			t.Errorf("%s: %q, want %q", image, got, want)
		}
	}
}

// TestTheNameOfTheAssetIsOneThatExchangeTakes: group, asset and version have at most 215
// characters together (docs.mulesoft.com, "Asset Limits").
func TestTheNameOfTheAssetIsOneThatExchangeTakes(t *testing.T) {
	gw := &v1alpha1.FlexGatewayDeployment{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: strings.Repeat("n", 63), UID: "uid"}}
	names := NamesOf(gw)
	if whole := len("01234567-89ab-cdef-0123-456789abcdef") + len(names.HealthAsset) + len("1.0.0"); whole > 215 {
		t.Errorf("%d characters", whole)
	}
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`).MatchString(names.HealthAsset) {
		t.Errorf("the asset is called %q", names.HealthAsset)
	}
	other := gw.DeepCopy()
	other.UID = "other"
	if NamesOf(other).HealthAsset == names.HealthAsset || NamesOf(other).APILabel == names.APILabel {
		t.Error("two gateways of one name would share an API")
	}
}
