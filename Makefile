# Only Go, make, git and a C compiler (for the race detector) are needed. The tools
# below are built from Go modules of the versions named here.
CONTROLLER_GEN = go run sigs.k8s.io/controller-tools/cmd/controller-gen@v0.23.0
GOLANGCI_LINT  = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# What "make demo" leaves running when KEEP=1.
KEEP ?=

.DEFAULT_GOAL := help
# A pipe fails where any part of it does.
SHELL := /bin/bash
.SHELLFLAGS := -e -o pipefail -c

.PHONY: help
help: ## show what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/manager and bin/flexgw
	go build -o bin/ ./cmd/manager ./cmd/flexgw

.PHONY: demo
demo: build ## build a gateway on a simulated AWS, scale it, take it down (KEEP=1: leave all running)
	bin/flexgw demo $(if $(KEEP),--keep)

.PHONY: controlplane
controlplane: ## have the local Kubernetes control plane ready (built once, about 8 minutes)
	go run ./cmd/flexgw controlplane

# Go's race detector ends a test program now and then where timers of one synctest bubble
# fire on two processors at once (https://go.dev/issue/78156), so what uses bubbles runs
# on one. Other packages keep all of them, and what measures has them for itself.
BUBBLES = $(shell go list -f '{{range .TestImports}}{{if eq . "testing/synctest"}}{{$$.ImportPath}} {{end}}{{end}}{{range .XTestImports}}{{if eq . "testing/synctest"}}{{$$.ImportPath}} {{end}}{{end}}' ./... | xargs -n1 | sort -u)

.PHONY: test
test: build controlplane ## run all tests, with the race detector
	go test -race -cpu 1 -timeout 45m $(BUBBLES)
	go test -race -timeout 30m $(filter-out $(BUBBLES) %/test/traffic %/test/packages %/test/alerts %/test/argocd,$(shell go list ./...))
	go test -race -timeout 30m ./test/traffic

# How often "make chaos" plays each storm, and how long "make fuzz" tries each target.
SEEDS    ?= 10
FUZZTIME ?= 1m

.PHONY: chaos
chaos: ## every crash point, many storms, every permission taken away (about 20 minutes)
	go test -count=1 -timeout 60m -v -run 'KilledAtAny|InAStorm|WithoutAnyOneAction|WhateverSomeone' ./test/lifecycle \
		-args -every-point -every-action -seeds $(SEEDS) | grep -v -E '^ *=== |^ *--- PASS.*/'

.PHONY: fuzz
fuzz: ## look for inputs that end the controller, FUZZTIME=1m for each target (its first build takes minutes)
	grep -rlE '^func Fuzz' --include='*_test.go' api controllers internal | while read -r file; do \
		for target in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9]+)\(.*/\1/p' "$$file"); do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")" </dev/null; \
		done; \
	done

# How many times as fast as life AWS's clock runs in "make traffic", and whether its table
# and pictures go into docs/rollouts.md.
SPEED ?= 10
WRITE ?=

.PHONY: traffic
traffic: controlplane ## measure what clients notice of each change (WRITE=1: into docs/rollouts.md; about 8 minutes)
	go test -count=1 -timeout 40m -v ./test/traffic -args -speed $(SPEED) $(if $(WRITE),-write) | grep --line-buffered -v '^=== '

.PHONY: gitops
gitops: build controlplane ## have Argo CD itself deploy gateways from Git (needs redis-server; its first build takes 10 minutes, the rest 4)
	go test -count=1 -parallel 4 -timeout 40m -v ./test/argocd | grep --line-buffered -v '^=== '

.PHONY: conformance
conformance: ## let the AWS CLI, boto3 and moto's server judge the simulator (needs Python 3.11; about 2 minutes)
	venv=$$(test/conformance/setup.sh); FLEXGW_CONFORMANCE=$$venv go test -count=1 -timeout 20m -run . ./test/conformance; \
	FLEXGW_CONFORMANCE=$$venv go test -count=1 -timeout 10m -run Moto ./test/lifecycle

.PHONY: browser
browser: ## test the simulator's page in headless Chromium, which must be in PATH
	FLEXGW_BROWSER=required go test -count=1 ./test/browser

.PHONY: bench
bench: build controlplane ## measure AWS calls, reaction times and the manager's memory
	go test -run '^$$' -bench . -benchtime 1x -timeout 30m ./test/bench/...

# What "make dist" makes: the version of chart and image, where the image was pushed to,
# and, if you like, its digest.
VERSION ?= v0.0.0-unpublished
IMAGE   ?= flexgw-manager
DIGEST  ?=

.PHONY: packages
packages: ## copy the CRD, the roles, the alerts and the dashboard into the Helm chart
	cp config/crd/flexgw.io_flexgatewaydeployments.yaml charts/flexgw/files/crd.yaml
	cp config/rbac/role.yaml config/rbac/leader_election_role.yaml config/rbac/users/*_role.yaml charts/flexgw/files/
	cp config/prometheus/rules.yaml charts/flexgw/files/
	cp config/grafana/flexgw.json charts/flexgw/files/dashboard.json

.PHONY: verify-packages
verify-packages: ## fail if the chart has another CRD, other roles, alerts or dashboard than config
	cmp config/crd/flexgw.io_flexgatewaydeployments.yaml charts/flexgw/files/crd.yaml
	cmp config/rbac/role.yaml charts/flexgw/files/role.yaml
	cmp config/rbac/leader_election_role.yaml charts/flexgw/files/leader_election_role.yaml
	cmp config/rbac/users/viewer_role.yaml charts/flexgw/files/viewer_role.yaml
	cmp config/rbac/users/editor_role.yaml charts/flexgw/files/editor_role.yaml
	cmp config/prometheus/rules.yaml charts/flexgw/files/rules.yaml
	cmp config/grafana/flexgw.json charts/flexgw/files/dashboard.json

.PHONY: package-tools
package-tools: ## build bin/helm and bin/kustomize (half a minute)
	hack/packages/build.sh bin

.PHONY: test-alerts
test-alerts: ## test the alerts with promtool, and the dashboard (promtool's first build takes two minutes)
	go test -count=1 -timeout 20m ./test/alerts

.PHONY: test-packages
test-packages: build controlplane test-alerts ## test the chart, the kustomizations, the image's build, the manager's rights and the alerts
	go test -count=1 -timeout 30m ./test/packages

.PHONY: reproducible
reproducible: ## build the image's programs twice from nothing, and compare them (about 10 minutes on two cores)
	go test -count=1 -timeout 60m -v -run TheImagesProgramIsTheSameBytes ./test/packages -args -from-nothing

.PHONY: dist
dist: package-tools ## write dist/install.yaml and the chart's archive (VERSION=v1.2.3 IMAGE=registry/name)
	hack/dist.sh $(VERSION) $(IMAGE) $(DIGEST)

.PHONY: generate
generate: ## write deep copies, the CRD, the role and docs/reference.md from the Go sources, and copy them into the chart
	$(CONTROLLER_GEN) object paths=./api/...
	$(CONTROLLER_GEN) crd paths=./api/... output:crd:dir=config/crd
	$(CONTROLLER_GEN) rbac:roleName=flexgw-manager paths=./controllers/... output:rbac:dir=config/rbac
	go run ./hack/apireference -o docs/reference.md
	$(MAKE) --no-print-directory packages

.PHONY: verify-generate
verify-generate: ## fail if what "make generate" writes is not what is there
	bash hack/verify-generate.sh

.PHONY: lint
lint: ## run golangci-lint (its first build takes minutes)
	$(GOLANGCI_LINT) run ./...

.PHONY: fmt
fmt: ## format the Go sources
	gofmt -w $$(git ls-files --cached --others --exclude-standard '*.go')

.PHONY: verify-fmt
verify-fmt: ## fail if a Go source is not formatted
	@unformatted=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not formatted, run make fmt:"; echo "$$unformatted"; exit 1; fi

.PHONY: vet
vet: ## run go vet
	go vet ./...

.PHONY: clean
clean: ## remove what was built here; the control plane stays in the user's cache folder
	rm -rf bin dist cover.*
