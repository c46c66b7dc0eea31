#!/bin/bash
# Builds lab and pause. Does nothing where nothing has changed.
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$bin"
cd "$here/cluster"
export CGO_ENABLED=0
version=k8s.io/component-base/version
release=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
minor=${release#v1.}
go build -buildvcs=false -o "$bin/pause" -ldflags '-s -w' ./pause
go build -buildvcs=false -o "$bin/lab" -tags providerless -ldflags "-s -w
  -X $version.gitVersion=$release -X $version.gitMajor=1 -X $version.gitMinor=${minor%%.*}
  -X $version.gitTreeState=clean -X $version.gitCommit=0000000000000000000000000000000000000000
  -X $version.buildDate=1970-01-01T00:00:00Z" .
