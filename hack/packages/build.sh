#!/usr/bin/env bash
# Builds helm and kustomize, of the versions in go.mod, into a folder:
#
#   hack/packages/build.sh bin
set -euo pipefail
folder=$(realpath -m "${1:?name the folder for the programs}")
cd "$(dirname "$0")"
export GOWORK=off
helm=$(go list -m -f '{{.Version}}' helm.sh/helm/v3)
kubernetes=$(go list -m -f '{{.Version}}' k8s.io/client-go)
minor=$(cut -d. -f2 <<<"$kubernetes")
# The version of Kubernetes that helm template and helm lint take for the cluster's. It is
# what helm's own Makefile stamps.
go build -o "$folder/" -ldflags="-s -w -X helm.sh/helm/v3/internal/version.version=$helm
	-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=$minor
	-X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=$minor" \
	helm.sh/helm/v3/cmd/helm sigs.k8s.io/kustomize/kustomize/v5
