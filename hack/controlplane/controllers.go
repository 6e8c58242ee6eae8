package main

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/namespace"
)

// discoveryPeriod is how often the garbage collector looks for new kinds.
// kube-controller-manager takes 30 s, too long for a test that has just installed
// its CRDs.
const discoveryPeriod = 2 * time.Second

// startControllers runs, until ctx ends, the two parts of kube-controller-manager
// that a controller of custom resources can see: garbage collection by
// ownerReferences and the deletion of namespaces.
func startControllers(ctx context.Context, cfg *rest.Config) error {
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	objects, err := metadata.NewForConfig(cfg)
	if err != nil {
		return err
	}
	typed := informers.NewSharedInformerFactory(client, 0)
	untyped := metadatainformer.NewSharedInformerFactory(objects, 0)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	mapper.Reset()

	started := make(chan struct{})
	gc, err := garbagecollector.NewGarbageCollector(ctx, client, objects, mapper,
		garbagecollector.DefaultIgnoredResources(), informerfactory.NewInformerFactory(typed, untyped), started)
	if err != nil {
		return err
	}
	namespaces := namespace.NewNamespaceController(ctx, client, objects, client.Discovery().ServerPreferredNamespacedResources,
		typed.Core().V1().Namespaces(), 5*time.Minute, corev1.FinalizerKubernetes)
	typed.Start(ctx.Done())
	untyped.Start(ctx.Done())
	close(started)

	go gc.Run(ctx, 4, 5*time.Second)
	go gc.Sync(ctx, client.Discovery(), discoveryPeriod)
	go namespaces.Run(ctx, 2)
	return nil
}
