package lifecycle

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
)

func TestADeletionAfterALostAnswerEndsInAClusterThatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		_, err := b.someone().ECS.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: &gw.Spec.Compute.ClusterName})
		b.must(err)
		_, err = b.anypoint.SetFault(anypointsim.Fault{Operation: "Register", Cut: anypointsim.CutAfter, Times: 1})
		b.must(err)
		b.create(gw)
		b.until(gw, "registered without an answer", func(*v1alpha1.FlexGatewayDeployment) bool { return len(b.registeredGateways()) == 1 })
		begin := time.Now()
		b.delete(gw)
		// ECS shows the task for an hour: it must not be looked into all the while.
		if took := time.Since(begin); took > 20*time.Minute {
			t.Errorf("the deletion took %v", took)
		}
		time.Sleep(time.Minute) // the platform deletes after it has answered
		b.unregistered()
	})
}

func TestAUserTakesTheRegistrationFileOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.create(gw)
		b.untilReady(gw)
		id := b.get(gw).Status.Anypoint.GatewayID
		file, err := b.someone().Secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String(b.idOf(gw, "Secret", "identity"))})
		b.must(err)
		b.person.undeploy()
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Create, s.Registration.SecretRef = nil, &v1alpha1.SecretKeyReference{Name: "brought", Key: "registration.yaml"}
		})
		b.writeRegistration(b.get(gw), aws.ToString(file.SecretString))
		b.untilReady(gw)
		b.settled(gw)
		time.Sleep(time.Minute) // the platform deletes after it has answered
		if there := b.registeredGateways()["gw"]; there.ID != id || there.Connected != 1 {
			t.Errorf("the gateway that the user's file is of is %+v, want %s, connected", there, id)
		}
	})
}
