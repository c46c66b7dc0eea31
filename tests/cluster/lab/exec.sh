#!/bin/bash
# Runs a command in the cluster's network namespace, with its kubeconfig:
# exec.sh kubectl get pods. Nothing but the cluster can be reached from there.
set -euo pipefail
. "$(dirname "$0")/env.sh"
PATH=$here/tools:$PATH
export PATH
exec nsenter --net="/run/netns/$name" "$@"
