package lifecycle

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/efs"
	"flexgw.io/controller/internal/gateway"
)

// extra is the ConfigMap, and the Secret, of documents.
const extra = "flex-extra"

// logging is a document that sets the log level.
func logging(level string) string {
	return "apiVersion: gateway.mulesoft.com/v1alpha1\nkind: Configuration\nmetadata: {name: logging}\nspec: {logging: {runtimeLogs: {logLevel: " + level + "}}}\n"
}

// redis is a document with a password.
const redis = "apiVersion: gateway.mulesoft.com/v1alpha1\nkind: Configuration\nmetadata: {name: redis}\n" +
	"spec: {sharedStorage: {redis: {address: \"redis.internal:6379\", password: " + secretMarker + "}}}\n"

// inConfigMap and inSecret are the sources of documents.
var (
	inConfigMap = v1alpha1.ConfigSource{ConfigMapRef: &v1alpha1.LocalObjectReference{Name: extra}}
	inSecret    = v1alpha1.ConfigSource{SecretRef: &v1alpha1.LocalObjectReference{Name: extra}}
)

// write puts an object into the cluster, or in the place of the one that is there.
func (b *bench) write(o client.Object) {
	b.t.Helper()
	err := b.kube.Create(b.t.Context(), o)
	if apierrors.IsAlreadyExists(err) {
		o.SetResourceVersion("")
		err = b.kube.Update(b.t.Context(), o)
	}
	b.must(err)
}

func (b *bench) writeConfigMap(documents string) {
	b.t.Helper()
	b.write(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: extra}, Data: map[string]string{"logging.yaml": documents, "README": "no documents"}})
}

func (b *bench) writeConfigSecret(documents string) {
	b.t.Helper()
	b.write(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: extra}, Data: map[string][]byte{"redis.yml": []byte(documents)}})
}

// configTexts reads the documents of a gateway as a plan needs them.
func (b *bench) configTexts(gw *v1alpha1.FlexGatewayDeployment) []gateway.ConfigText {
	b.t.Helper()
	var texts []gateway.ConfigText
	for _, source := range gw.Spec.Config {
		data := map[string][]byte{}
		if source.SecretRef != nil {
			var secret corev1.Secret
			b.must(b.kube.Get(b.t.Context(), client.ObjectKey{Namespace: gw.Namespace, Name: source.SecretRef.Name}, &secret))
			maps.Copy(data, secret.Data)
		} else {
			var configMap corev1.ConfigMap
			b.must(b.kube.Get(b.t.Context(), client.ObjectKey{Namespace: gw.Namespace, Name: source.ConfigMapRef.Name}, &configMap))
			for key, text := range configMap.Data {
				data[key] = []byte(text)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(data)) {
			if strings.HasSuffix(key, ".yaml") || strings.HasSuffix(key, ".yml") {
				texts = append(texts, gateway.ConfigText{Source: key, Text: data[key]})
			}
		}
	}
	return texts
}

// files are what a replica sees in the gateway's directory.
func (b *bench) files(gw *v1alpha1.FlexGatewayDeployment) map[string]string {
	b.t.Helper()
	listed, err := b.someone().ECS.ListTasks(b.t.Context(), &ecs.ListTasksInput{
		Cluster: aws.String("Flex-GW-ECS-Cluster"), ServiceName: aws.String(b.idOf(gw, "Service", "gateway")),
	})
	b.must(err)
	described, err := b.someone().ECS.DescribeTasks(b.t.Context(), &ecs.DescribeTasksInput{Cluster: aws.String("Flex-GW-ECS-Cluster"), Tasks: listed.TaskArns})
	b.must(err)
	task := described.Tasks[0]
	mount := efs.Mount{FileSystem: b.idOf(gw, "FileSystem", "storage"), AccessPoint: b.idOf(gw, "AccessPoint", "storage"), Zone: aws.ToString(task.AvailabilityZone)}
	for _, detail := range task.Attachments[0].Details {
		if aws.ToString(detail.Name) == "networkInterfaceId" {
			mount.ENI = aws.ToString(detail.Value)
		}
	}
	found, scope := map[string]string{}, core.Scope{Account: b.get(gw).Status.Account, Region: "us-east-1"}
	b.sim.World().Do(func() {
		var directory efs.Directory
		if directory, err = b.sim.EFS.Mount(scope, mount); err != nil {
			return
		}
		for _, name := range directory.List() {
			text, _ := directory.ReadFile(name)
			found[name] = string(text)
		}
	})
	b.must(err)
	return found
}

// lost returns the targets that the load balancer has found unhealthy since they were
// healthy.
func (b *bench) lost() func() []string {
	healthy, lost := map[string]bool{}, []string{}
	b.sim.World().Do(func() {
		b.sim.ELB.OnTargetChange(func(_ core.Scope, group, ip string, _ int32, state string) {
			target := group[strings.LastIndex(group, "targetgroup/"):] + " " + ip
			if state == "unhealthy" && healthy[target] {
				lost = append(lost, target)
			}
			healthy[target] = state == "healthy"
		})
	})
	return func() (until []string) {
		b.sim.World().Do(func() { until = slices.Clone(lost) })
		return until
	}
}

// secretVersion is the content of the version that a container refers to, as
// <ARN>:::<version>.
func (b *bench) secretVersion(reference string) string {
	b.t.Helper()
	arn, version, _ := strings.Cut(reference, ":::")
	out, err := b.someone().Secrets.GetSecretValue(b.t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &arn, VersionId: &version})
	b.must(err)
	return aws.ToString(out.SecretString)
}
