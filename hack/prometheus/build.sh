#!/usr/bin/env bash
# Builds promtool, of the version in go.mod, and the program of this module into a folder:
#
#   hack/prometheus/build.sh bin
set -euo pipefail
folder=$(realpath -m "${1:?name the folder for the programs}")
cd "$(dirname "$0")"
export GOWORK=off
# Service discovery, which nothing here uses, is most of what there would be to compile.
go build -o "$folder/" -tags remove_all_sd -ldflags="-s -w" github.com/prometheus/prometheus/cmd/promtool ./series
