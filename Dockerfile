# syntax=docker/dockerfile:1
#
# The manager's image, for linux/amd64 and linux/arm64:
#
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg VERSION=v1.2.3 -t <registry>/flexgw-manager:v1.2.3 --push .
#
# The compiler runs on the machine's own platform and cross-compiles, so nothing is
# emulated. docs/releasing.md says how to get the same digest again, and how to pin the
# two base images by theirs.

FROM --platform=$BUILDPLATFORM golang:1.26.8-trixie AS build
ENV GOTOOLCHAIN=local GOCACHE=/cache/build GOMODCACHE=/cache/mod
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/cache go mod download
COPY api/ api/
COPY cmd/manager/ cmd/manager/
COPY controllers/ controllers/
COPY internal/ internal/
COPY hack/build-static.sh hack/
ARG TARGETOS TARGETARCH VERSION
RUN --mount=type=cache,target=/cache \
    hack/build-static.sh /out/manager

# Certificates of public CAs, time zones and a user; no shell, no package manager.
FROM gcr.io/distroless/static-debian13:nonroot
ARG VERSION REVISION
LABEL org.opencontainers.image.title="flexgw-manager" \
      org.opencontainers.image.description="Runs Anypoint Flex Gateway on Amazon ECS, from Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /out/manager /manager
COPY LICENSE NOTICE /licenses/
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
ENTRYPOINT ["/manager"]
