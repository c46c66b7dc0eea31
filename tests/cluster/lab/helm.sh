#!/bin/bash
# Runs helm beside the cluster that up.sh brought up; builds it where it is missing (two minutes, once a machine). The tests of the chart
# use it too, and are skipped without it.
set -euo pipefail
. "$(dirname "$0")/env.sh"
version=v3.19.5
if [ ! -x "$bin/helm" ]; then
  (cd / && GOBIN=$bin CGO_ENABLED=0 nice go install -ldflags '-s -w' "helm.sh/helm/v3/cmd/helm@$version") >&2
fi
[ $# -gt 0 ] || exit 0
exec "$here/exec.sh" "$bin/helm" "$@"
