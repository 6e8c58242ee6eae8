// Package localcluster starts a real Kubernetes API on this machine, for tests and
// for the demo: kube-apiserver and etcd on free ports of 127.0.0.1, thrown away at
// the end.
//
// The programs come from the first of
//   - the folder that KUBEBUILDER_ASSETS names,
//   - the newest version in the store of setup-envtest,
//   - the project's own hack/controlplane, built once into the user's cache folder.
//
// The last one also deletes namespaces and collects garbage by ownerReferences, as
// a cluster does. Plain etcd and kube-apiserver have no controllers: on those,
// Cluster.HasControllers is false, an object's dependents stay, and a deleted
// namespace hangs in Terminating.
package localcluster
