#!/bin/bash
# Enforces the NetworkPolicies of the cluster that up.sh brought up, or ends that: network-policies.sh on|off. Off by default: every Pod that
# comes or goes has all the rules written anew. Builds what it needs where it is missing (a minute, once a machine).
set -euo pipefail
. "$(dirname "$0")/env.sh"
version=v2.1.0

PATH=$PATH:/usr/sbin:/sbin command -v ipset >/dev/null ||
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ipset; } >&2
if [ ! -x "$bin/kube-router" ]; then
  (cd / && GOBIN=$bin CGO_ENABLED=0 go install -ldflags '-s -w' "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router@$version") >&2
fi
[ $# -gt 0 ] || exit 0
if ! inside; then exec nsenter --net="/run/netns/$name" "$here/network-policies.sh" "$@"; fi
PATH=$PATH:/usr/sbin:/sbin
case $1 in
  on)
    start network-policies "$bin/kube-router" --run-firewall --run-router=false --run-service-proxy=false --enable-cni=false \
      --kubeconfig "$KUBECONFIG" --hostname-override "$node" --service-cluster-ip-range "$services" --health-port 0
    until_true 60 'the rules' bash -c 'iptables -S KUBE-ROUTER-FORWARD | grep -q KUBE-POD-FW'
    ;;
  off)
    stop network-policies
    for chain in INPUT FORWARD OUTPUT; do iptables -F "KUBE-ROUTER-$chain" 2>/dev/null || true; done
    ;;
  *) echo "usage: network-policies.sh on|off" >&2 && exit 2 ;;
esac
