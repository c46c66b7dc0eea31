#!/bin/bash
# Adds pretended nodes to a cluster that up.sh brought up, for loads that no
# kubelet could bear: kwok.sh [how many]. They carry a taint, so that only Pods
# that tolerate kwok.x-k8s.io/node go there.
set -euo pipefail
. "$(dirname "$0")/env.sh"
version=v0.7.0

if [ ! -x "$bin/kwok" ]; then
  (cd / && GOBIN=$bin CGO_ENABLED=0 go install -ldflags '-s -w' "sigs.k8s.io/kwok/cmd/kwok@$version") >&2
fi
if ! inside; then exec nsenter --net="/run/netns/$name" "$here/kwok.sh" "$@"; fi
start kwok "$bin/kwok" --kubeconfig "$KUBECONFIG" --config "$here/kwok.yaml" \
  --manage-all-nodes=false --manage-nodes-with-annotation-selector kwok.x-k8s.io/node=fake \
  --node-lease-duration-seconds 40 --server-address "$loopback:10247"
for i in $(seq "${1:-1}"); do
  cat <<EOF
---
apiVersion: v1
kind: Node
metadata:
  name: kwok-$i
  annotations: {kwok.x-k8s.io/node: fake, node.alpha.kubernetes.io/ttl: "0"}
  labels: {type: kwok, kubernetes.io/hostname: kwok-$i, kubernetes.io/os: linux}
spec:
  taints: [{key: kwok.x-k8s.io/node, value: fake, effect: NoSchedule}]
status:
  allocatable: {cpu: "64", memory: 256Gi, pods: "1000"}
  capacity: {cpu: "64", memory: 256Gi, pods: "1000"}
EOF
done | "$lab" kubectl apply -f - >&2
"$lab" kubectl wait --for=condition=Ready node -l type=kwok --timeout=60s >&2
