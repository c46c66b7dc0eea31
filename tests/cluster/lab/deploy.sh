#!/bin/bash
# Builds Capstan's images for the cluster that up.sh brought up, applies deploy/kustomize/local to it and runs a workflow through it.
set -euo pipefail
. "$(dirname "$0")/env.sh"
workspace=$(cd "$here/../../.." && pwd)
[ -e "/run/netns/$name" ] || { echo "deploy.sh: there is no cluster $name: npm run cluster:up" >&2; exit 1; }
# The images hold the packages and the page as they are now.
node "$workspace/scripts/bootstrap.mjs" setup
export CAPSTAN_CLUSTER_NAME=$name CAPSTAN_CLUSTER_CACHE=$cache CAPSTAN_CLUSTER_STATE=$state
export CAPSTAN_CLUSTER_REGISTRY=http://$address:5000
exec "$workspace/node_modules/node/bin/node" "$here/deploy.ts" "$@"
