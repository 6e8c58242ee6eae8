package rig

import (
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/efs"
)

// PrivateKey is the private key in a registration: it must never be seen outside
// Secrets Manager and the file system.
func PrivateKey(version string) string {
	return base64.StdEncoding.EncodeToString([]byte("the private key of the " + version + " registration"))
}

// Registration is a registration file of the form that flexctl writes.
func Registration(version string) string {
	return `apiVersion: gateway.mulesoft.com/v1alpha1
kind: Configuration
metadata:
  name: registration
spec:
  platformConnection:
    agentId: 00000000-0000-4000-8000-000000000001
---
apiVersion: gateway.mulesoft.com/v1alpha1
kind: Secret
metadata:
  name: flex-registration
spec:
  tls.key: ` + PrivateKey(version) + "\n"
}

func (g *Gateway) secretName() string { return g.key.Name + "-registration" }

// Register writes the Secret with the registration.
func (g *Gateway) Register(t testing.TB, content string) {
	t.Helper()
	g.rig.Namespace(t, g.key.Namespace)
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: g.key.Namespace, Name: g.secretName()},
		StringData: map[string]string{SecretKey: content},
	}
	err := g.rig.Kube.Create(t.Context(), secret.DeepCopy())
	if apierrors.IsAlreadyExists(err) {
		err = g.rig.Kube.Update(t.Context(), secret)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// DeleteRegistration deletes the Secret.
func (g *Gateway) DeleteRegistration(t testing.TB) {
	t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: g.key.Namespace, Name: g.secretName()}}
	if err := g.rig.Kube.Delete(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
}

// Tasks are the running replicas in the words of ECS.
func (g *Gateway) Tasks(t testing.TB) []ecstypes.Task {
	t.Helper()
	gw := g.Get(t)
	cloud, cluster := g.rig.In(t, gw.Status.Region), &gw.Spec.Compute.ClusterName
	listed, err := cloud.ECS.ListTasks(t.Context(), &ecs.ListTasksInput{Cluster: cluster, ServiceName: aws.String(g.ResourceID(t, "Service", "gateway"))})
	if err != nil {
		t.Fatal(err)
	}
	if len(listed.TaskArns) == 0 {
		return nil
	}
	described, err := cloud.ECS.DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Cluster: cluster, Tasks: listed.TaskArns})
	if err != nil {
		t.Fatal(err)
	}
	return described.Tasks
}

// ResourceID is the id of a resource of the gateway's inventory.
func (g *Gateway) ResourceID(t testing.TB, kind, name string) string {
	t.Helper()
	for _, r := range g.Get(t).Status.Resources {
		if r.Kind == kind && r.Name == name {
			return r.ID
		}
	}
	t.Fatalf("%s has no %s/%s in its status", g.key, kind, name)
	return ""
}

// RegistrationFile is the file in the gateway's directory, as a replica sees it through
// its own network interface.
func (g *Gateway) RegistrationFile(t testing.TB) string {
	t.Helper()
	tasks := g.Tasks(t)
	if len(tasks) == 0 {
		t.Fatalf("%s has no replica to look through", g.key)
	}
	gw := g.Get(t)
	mount := efs.Mount{
		FileSystem: g.ResourceID(t, "FileSystem", "storage"), AccessPoint: g.ResourceID(t, "AccessPoint", "storage"),
		ENI: interfaceOf(tasks[0]), Zone: aws.ToString(tasks[0].AvailabilityZone), TransitEncryption: true,
	}
	var content []byte
	var found bool
	var err error
	g.rig.AWS().World().Do(func() {
		var directory efs.Directory
		directory, err = g.rig.AWS().EFS.Mount(core.Scope{Account: gw.Status.Account, Region: gw.Status.Region}, mount)
		if err == nil {
			content, found = directory.ReadFile(SecretKey)
		}
	})
	if err != nil || !found {
		t.Fatalf("%s: a replica cannot read its registration file: %v", g.key, err)
	}
	return string(content)
}

func interfaceOf(task ecstypes.Task) string {
	for _, attachment := range task.Attachments {
		for _, detail := range attachment.Details {
			if aws.ToString(detail.Name) == "networkInterfaceId" {
				return aws.ToString(detail.Value)
			}
		}
	}
	return ""
}
