#!/bin/bash
# Ends the cluster that up.sh brought up: its own daemons, its own Pods, its
# own bridge. What it has written stays, so that up.sh goes on from there;
# with --erase it goes too.
set -euo pipefail
. "$(dirname "$0")/env.sh"
if ! inside; then
  [ -e "/run/netns/$name" ] || exit 0
  nsenter --net="/run/netns/$name" "$here/down.sh" "$@"
  exec ip netns delete "$name"
fi

stop kubelet
if alive containerd; then "$lab" wipe -endpoint "$socket"; fi
for daemon in kwok network-policies coredns proxy scheduler controllers containerd apiserver registry etcd; do stop "$daemon"; done
# The deepest first; a Pod's volumes are mounts under the kubelet's folder.
awk -v at="$state/" 'index($2, at) == 1 {print $2}' /proc/self/mounts | sort -r | while read -r mount; do umount "$mount"; done
"$lab" kube-proxy --cleanup >/dev/null 2>&1 || true
ip link delete "$name" 2>/dev/null || true
awk '$3 ~ /^cgroup/ {print $2}' /proc/self/mounts | while read -r mount; do
  find "$mount/$name" -depth -type d -exec rmdir {} + 2>/dev/null || true
done
if [ "${1:-}" = --erase ]; then
  rm -rf "$state"
fi
