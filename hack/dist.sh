#!/usr/bin/env bash
# Writes what a release has besides the image: dist/install.yaml, which is config/default,
# and the archive of the Helm chart, both for one version and one image.
#
#   hack/dist.sh v1.2.3 registry.example.com/flexgw-manager [sha256:...]
#
# With the image's digest, install.yaml names the image by it: a tag can be moved.
set -euo pipefail
version=${1:?name the version, such as v1.2.3}
image=${2:?name the image, without a tag}
digest=${3:-}
if [[ ! $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
	echo "the version is $version: write v1.2.3 or v1.2.3-rc.1, which tags of images and labels take as well" >&2
	exit 1
fi
cd "$(dirname "$0")/.."
PATH="$PWD/bin:$PATH"

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p dist
cp -r config charts "$copy"

(cd "$copy/config/default" && kustomize edit set image "flexgw-manager=$image:$version${digest:+@$digest}")
kustomize build "$copy/config/default" >dist/install.yaml

# The chart's number is SemVer, without the v; its image is the one of this release.
sed -i "s|^  repository: flexgw-manager\$|  repository: $image|" "$copy/charts/flexgw/values.yaml"
grep -q "^  repository: $image\$" "$copy/charts/flexgw/values.yaml"
helm package "$copy/charts/flexgw" --version "${version#v}" --app-version "$version" --destination dist
