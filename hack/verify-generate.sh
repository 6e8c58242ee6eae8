#!/usr/bin/env bash
# Fails if generated files are not what "make generate" writes. It changes nothing:
# it generates in a copy of the sources.
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | tar -c --null --ignore-failed-read -T - | tar -x -C "$copy"
make --no-print-directory -C "$copy" generate

stale=0
for path in api config/crd config/rbac charts/flexgw/files docs/reference.md; do
	diff -ru "$path" "$copy/$path" || stale=1
done
if [ "$stale" -ne 0 ]; then
	echo "Generated files are stale: run make generate and commit the result." >&2
	exit 1
fi
echo "Generated files are up to date."
