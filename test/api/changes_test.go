package api_test

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// set is a spec in which everything that can be left out and cannot change is given.
const set = `
registration: {secretRef: {name: registration}}
region: us-east-1
network: {vpcID: vpc-01234567, subnetIDs: [subnet-01234567, subnet-89abcdef]}
storage: {kmsKeyID: alias/flex, directory: one}
logging: {logGroupName: /flex}
`

const (
	regionMessage      = "the region of a gateway cannot change: create another FlexGatewayDeployment in the new region and delete this one"
	vpcMessage         = "the VPC of a gateway cannot change: create another FlexGatewayDeployment in the new VPC and delete this one"
	subnetsMessage     = "the subnets of a gateway cannot change: create another FlexGatewayDeployment in the new subnets and delete this one"
	performanceMessage = "EFS cannot change the performance mode of a file system: create another FlexGatewayDeployment"
	encryptedMessage   = "EFS cannot change the encryption of a file system: create another FlexGatewayDeployment"
	keyMessage         = "EFS cannot change the key of a file system: create another FlexGatewayDeployment"
	directoryMessage   = "the directory of a gateway cannot change: create another FlexGatewayDeployment"
	moveMessage        = "the cluster of a gateway cannot change: create another FlexGatewayDeployment in the new cluster and delete this one"
	schemeMessage      = "AWS cannot change the scheme of a load balancer: create another FlexGatewayDeployment"
	logsMessage        = "the log group of a gateway cannot change: create another FlexGatewayDeployment"
)

// change asks the API server whether it would take another spec for an object.
func change(t *testing.T, before, after string) error {
	t.Helper()
	return changeAt(t, before, after, nil)
}

// changeAt is change of an object with a status, where it is given one.
func changeAt(t *testing.T, before, after string, status map[string]any) error {
	t.Helper()
	o := created(t, object(t, "changing", before))
	if status != nil {
		o.Object["status"] = status
		if err := kubernetes.Status().Update(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	changed := object(t, "changing", after)
	changed.SetResourceVersion(o.GetResourceVersion())
	return kubernetes.Update(t.Context(), changed, client.DryRunAll)
}

func TestWhatAWSCannotChangeIsRefused(t *testing.T) {
	for _, test := range []struct {
		name, before, after string
		want                map[string]string
	}{
		{"another region", with(`region: us-east-1`), with(`region: us-east-2`), refused("spec.region", regionMessage)},
		{"a region where there was none", minimal, with(`region: us-east-1`), refused("spec.region", regionMessage)},
		{"another VPC", with(`network: {vpcID: vpc-01234567}`), with(`network: {vpcID: vpc-89abcdef}`), refused("spec.network.vpcID", vpcMessage)},
		{"a VPC where there was none", minimal, with(`network: {vpcID: vpc-01234567}`), refused("spec.network.vpcID", vpcMessage)},
		{
			"another subnet", with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-01234567]}`),
			with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-89abcdef]}`), refused("spec.network.subnetIDs", subnetsMessage),
		},
		{
			"one subnet more", with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-01234567]}`),
			with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-01234567, subnet-89abcdef]}`), refused("spec.network.subnetIDs", subnetsMessage),
		},
		{
			"one subnet less", with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-01234567, subnet-89abcdef]}`),
			with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-01234567]}`), refused("spec.network.subnetIDs", subnetsMessage),
		},
		{
			"subnets where there were none", with(`network: {vpcID: vpc-01234567}`),
			with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-01234567]}`), refused("spec.network.subnetIDs", subnetsMessage),
		},
		{
			"another performance mode", with(`storage: {throughputMode: bursting}`),
			with(`storage: {throughputMode: bursting, performanceMode: maxIO}`), refused("spec.storage.performanceMode", performanceMessage),
		},
		{
			"the default performance mode", with(`storage: {throughputMode: bursting, performanceMode: maxIO}`),
			with(`storage: {throughputMode: bursting}`), refused("spec.storage.performanceMode", performanceMessage),
		},
		{"no encryption", minimal, with(`storage: {encrypted: false}`), refused("spec.storage.encrypted", encryptedMessage)},
		{"the default encryption", with(`storage: {encrypted: false}`), minimal, refused("spec.storage.encrypted", encryptedMessage)},
		{"another key", with(`storage: {kmsKeyID: alias/one}`), with(`storage: {kmsKeyID: alias/two}`), refused("spec.storage.kmsKeyID", keyMessage)},
		{"a key where there was none", minimal, with(`storage: {kmsKeyID: alias/one}`), refused("spec.storage.kmsKeyID", keyMessage)},
		{"another directory", with(`storage: {directory: one}`), with(`storage: {directory: two}`), refused("spec.storage.directory", directoryMessage)},
		{"a directory where there was none", minimal, with(`storage: {directory: one}`), refused("spec.storage.directory", directoryMessage)},
		{"another cluster", minimal, with(`compute: {clusterName: other}`), refused("spec.compute.clusterName", moveMessage)},
		{"the default cluster", with(`compute: {clusterName: other}`), minimal, refused("spec.compute.clusterName", moveMessage)},
		{"another scheme", minimal, with(`loadBalancer: {scheme: internal}`), refused("spec.loadBalancer.scheme", schemeMessage)},
		{"the default scheme", with(`loadBalancer: {scheme: internal}`), minimal, refused("spec.loadBalancer.scheme", schemeMessage)},
		{"another log group", with(`logging: {logGroupName: one}`), with(`logging: {logGroupName: two}`), refused("spec.logging.logGroupName", logsMessage)},
		{"a log group where there was none", minimal, with(`logging: {logGroupName: one}`), refused("spec.logging.logGroupName", logsMessage)},
		{"everything taken out that was given", set, minimal, map[string]string{
			"spec.region": regionMessage, "spec.network.vpcID": vpcMessage, "spec.network.subnetIDs": subnetsMessage,
			"spec.storage.kmsKeyID": keyMessage, "spec.storage.directory": directoryMessage, "spec.logging.logGroupName": logsMessage,
		}},
	} {
		t.Run(test.name, func(t *testing.T) { wantRefused(t, change(t, test.before, test.after), test.want) })
	}
}

func TestWhatAWSCanChangeIsAccepted(t *testing.T) {
	for _, test := range []struct{ name, before, after string }{
		{"nothing", set, set},
		{"more replicas", with(`replicas: 1`), with(`replicas: 4`)},
		{"replicas left to an autoscaler", with(`replicas: 1`), minimal},
		{"replicas taken from an autoscaler", minimal, with(`replicas: 2`)},
		{"another image", minimal, with(`image: docker.io/mulesoft/flex-gateway:1.13.0`)},
		{"another Secret", minimal, `registration: {secretRef: {name: other, key: file}}`},
		{"another way of delivery", minimal, `registration: {secretRef: {name: registration}, delivery: Environment}`},
		{"other clients", with(`network: {allowedCIDRs: [10.0.0.0/8]}`), with(`network: {allowedCIDRs: [192.0.2.0/24]}`)},
		{"no clients", with(`network: {allowedCIDRs: [10.0.0.0/8]}`), minimal},
		{"no public addresses", minimal, with(`network: {assignPublicIP: false}`)},
		{
			"the same subnets in another order", with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-01234567, subnet-89abcdef]}`),
			with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-89abcdef, subnet-01234567]}`),
		},
		{"other throughput", minimal, with(`storage: {throughputMode: provisioned, provisionedThroughputMiBps: 64}`)},
		{"no backup", minimal, with(`storage: {backup: false}`)},
		{"another size", minimal, with(`compute: {cpu: 1024, memory: 2048}`)},
		{"other environment variables", minimal, with(`compute: {environment: [{name: A, value: b}]}`)},
		{"other ports and another health check", minimal, with(`ports: [{port: 9090, listenerPort: 80}]`, `loadBalancer: {healthCheck: {port: 9090, protocol: HTTP, path: /}}`)},
		{"other delays", minimal, with(`loadBalancer: {deregistrationDelaySeconds: 60, healthCheck: {intervalSeconds: 5}}`)},
		{"another retention", minimal, with(`logging: {retentionDays: 7}`)},
		{"other tags", with(`tags: {Project: one}`), with(`tags: {Project: two, Team: gateway}`)},
		{"another deletion policy", minimal, with(`deletionPolicy: Retain`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := change(t, test.before, test.after); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}
