package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"flexgw.io/controller/api/v1alpha1"
)

// Names are the names of a gateway's AWS resources. They follow from the object
// alone, so that a controller that forgot everything finds its resources again. The
// hash of the object's UID keeps gateways of the same name in other namespaces,
// clusters or times apart.
type Names struct {
	Service, TaskFamily, RegistrationFamily string
	RegistrarFamily                         string
	GatewayGroup, StorageGroup              string
	FileSystem, FileSystemToken, Directory  string
	Role, InfrastructureRole, RegistrarRole string
	LogGroup, LoadBalancer                  string
	Secret, Configuration                   string
	CredentialsSecret, IdentitySecret       string
	// HealthAsset is the id of the asset in Exchange, and APILabel the label of its instance
	// in API Manager. Exchange allows 215 characters for group, asset and version together.
	HealthAsset, APILabel string

	short, hash string
}

// The longest names that AWS allows, in characters.
const (
	longestRole     = 64 // IAM
	longestBalancer = 32 // ELB: load balancers and target groups
)

// NamesOf derives the names of a gateway.
func NamesOf(gw *v1alpha1.FlexGatewayDeployment) Names {
	sum := sha256.Sum256([]byte(gw.UID))
	hash := hex.EncodeToString(sum[:3])
	base := gw.Name + "-" + hash
	n := Names{
		Service: base + "-Service", TaskFamily: base + "-Task-Def", RegistrationFamily: base + "-Registration", RegistrarFamily: base + "-Registrar",
		GatewayGroup: unreserved(base, "sg-") + "-gateway", StorageGroup: unreserved(base, "sg-") + "-storage",
		FileSystem: base, FileSystemToken: "flexgw-" + string(gw.UID), Directory: gw.Spec.Storage.Directory,
		Role:               clip(gw.Name, longestRole-len(hash)-len("--execution")) + "-" + hash + "-execution",
		InfrastructureRole: clip(gw.Name, longestRole-len(hash)-len("--infrastructure")) + "-" + hash + "-infrastructure",
		RegistrarRole:      clip(gw.Name, longestRole-len(hash)-len("--registrar")) + "-" + hash + "-registrar",
		LogGroup:           gw.Spec.Logging.LogGroupName,
		Secret:             "flexgw/" + gw.Namespace + "/" + base,
		HealthAsset:        base + "-health",
		APILabel:           base,
		short:              unreserved(gw.Name, "internal-"),
		hash:               hash,
	}
	n.CredentialsSecret, n.IdentitySecret = n.Secret+"/anypoint", n.Secret+"/identity"
	n.Configuration = n.Secret + "/configuration"
	n.LoadBalancer = clip(n.short, longestBalancer-len(hash)-1) + "-" + hash
	if n.Directory == "" {
		n.Directory = gw.Name
	}
	if n.LogGroup == "" {
		n.LogGroup = "/flexgw/" + gw.Namespace + "/" + gw.Name
	}
	return n
}

// TargetGroup is the name of a port's target group.
func (n Names) TargetGroup(port int32) string {
	suffix := "-" + n.hash + "-" + strconv.Itoa(int(port))
	return clip(n.short, longestBalancer-len(suffix)) + suffix
}

// AlternateTargetGroup is the name of a port's second target group, for the strategies
// that need two.
func (n Names) AlternateTargetGroup(port int32) string {
	suffix := "-" + n.hash + "-" + strconv.Itoa(int(port)) + "-b"
	return clip(n.short, longestBalancer-len(suffix)) + suffix
}

// unreserved avoids a prefix that AWS keeps for itself (EC2: sg-, ELB: internal-). More
// is joined to the name with a dash.
func unreserved(name, prefix string) string {
	if strings.HasPrefix(name+"-", prefix) {
		return "flexgw-" + name
	}
	return name
}

// clip shortens a name to at most length characters, with no dash at its end.
func clip(name string, length int) string {
	if len(name) > length {
		name = name[:length]
	}
	return strings.TrimRight(name, "-")
}
