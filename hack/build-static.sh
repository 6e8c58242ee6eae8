#!/usr/bin/env sh
# Builds the manager as one static program, the same bytes from the same sources wherever
# and whenever: no paths, no build id, no state of git, no C library. The Dockerfile runs
# it, and test/packages holds it to its word.
#
#   VERSION=v1.2.3 TARGETOS=linux TARGETARCH=arm64 hack/build-static.sh OUTPUT
#
# TARGETOS and TARGETARCH are BuildKit's; without them it builds for this machine.
set -eu
output=${1:?name the file to write}
cd "$(dirname "$0")/.."

export CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off
export GOOS="${TARGETOS:-$(go env GOOS)}" GOARCH="${TARGETARCH:-$(go env GOARCH)}"
# The oldest processors that Go supports, whatever the person who builds prefers.
export GOAMD64=v1 GOARM64=v8.0 GOEXPERIMENT= GOFIPS140=off

go build -trimpath -buildvcs=false \
	-ldflags="-s -w -buildid= -X flexgw.io/controller/internal/version.number=${VERSION:-}" \
	-o "$output" ./cmd/manager
