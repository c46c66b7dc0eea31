#!/bin/bash
# Brings up a Kubernetes cluster of one real node on this machine: etcd, the
# control plane, containerd, kubelet, kube-proxy and CoreDNS. Where something
# is already there or already runs it is left as it is, so that it can be
# called again at any time. Prints the path of the kubeconfig. The cluster lives
# in a network namespace of its own: exec.sh runs a command beside it.
set -euo pipefail
. "$(dirname "$0")/env.sh"

# --- programs -----------------------------------------------------------------

packages=()
for pair in containerd:containerd runc:runc iptables:iptables nft:nftables \
            conntrack:conntrack busybox:busybox-static; do
  PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null || packages+=("${pair#*:}")
done
[ -x /usr/lib/cni/bridge ] || packages+=(containernetworking-plugins)
if [ ${#packages[@]} -gt 0 ]; then
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"; } >&2
fi
if [ ! -x "$lab" ] || [ -n "${CAPSTAN_CLUSTER_BUILD:-}" ]; then "$here/build.sh" >&2; fi
if ! inside; then
  "$here/images.sh" >&2
  [ -e "/run/netns/$name" ] || ip netns add "$name"
  exec nsenter --net="/run/netns/$name" "$here/up.sh" "$@"
fi

# --- what they read -----------------------------------------------------------

mkdir -p "$run" "$logs" "$state"/{cni,certs.d/_default}
"$lab" pki -dir "$pki" -node "$node" -ips "$address,${services%.0.0/16}.0.1" -server "https://$address:6443"

cat >"$run/containerd.toml" <<EOF
version = 2
root = "$state/containerd"
state = "$run/containerd"
[grpc]
  address = "$run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"
  # This machine's root may not lower a score (it lacks CAP_SYS_RESOURCE).
  restrict_oom_score_adj = true
  max_concurrent_downloads = 8
  # Not in /run/netns, where the first "ip netns add" would mount over them.
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${CAPSTAN_CLUSTER_SNAPSHOTTER:-overlayfs}"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "$(command -v "${CAPSTAN_CLUSTER_RUNTIME:-runc}")"
        Root = "$run/runc"
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$state/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$state/certs.d"
EOF
# Every image of every registry comes out of the folder of images.
cat >"$state/certs.d/_default/hosts.toml" <<EOF
server = "http://$loopback:5000"
[host."http://$loopback:5000"]
  capabilities = ["pull", "resolve"]
EOF
cat >"$state/cni/10-capstan.conflist" <<EOF
{
  "cniVersion": "0.4.0",
  "name": "capstan",
  "plugins": [
    {
      "type": "bridge", "bridge": "$name", "isGateway": true, "hairpinMode": true,
      "ipam": {
        "type": "host-local", "dataDir": "$run/ipam",
        "ranges": [[{"subnet": "$pods", "gateway": "$address"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
EOF
cat >"$run/kubelet.yaml" <<EOF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $address
healthzBindAddress: $loopback
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $pki/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $pki/kubelet.crt
tlsPrivateKeyFile: $pki/kubelet.key
containerRuntimeEndpoint: $socket
clusterDomain: cluster.local
clusterDNS: [$address]
resolvConf: $run/resolv.conf
podLogsDir: $state/pods
cgroupDriver: cgroupfs
cgroupRoot: /$name
failCgroupV1: false
failSwapOn: false
maxPods: 250
serializeImagePulls: false
registryPullQPS: 0
eventRecordQPS: 500
eventBurst: 1000
kubeAPIQPS: 200
kubeAPIBurst: 400
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 200Mi, nodefs.available: 1Gi, imagefs.available: 1Gi}
EOF
cat >"$run/scheduler.yaml" <<EOF
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection: {kubeconfig: $pki/scheduler.kubeconfig, qps: 500, burst: 1000}
leaderElection: {leaderElect: false}
EOF
echo "# Pods ask CoreDNS at $address and nobody else." >"$run/resolv.conf"
cat >"$run/Corefile" <<EOF
.:53 {
  bind $address
  errors
  cache 5
  kubernetes cluster.local in-addr.arpa {
    kubeconfig $KUBECONFIG
    ttl 5
  }
}
EOF

# --- network and cgroups --------------------------------------------------------------

if ! ip link show "$name" >/dev/null 2>&1; then
  ip link add "$name" type bridge
  ip address add "$address/${pods#*/}" dev "$name"
fi
ip link set "$name" up
ip link set lo up
# Services are reached from here too; kube-proxy turns their addresses into Pods'.
ip route replace "$services" dev "$name"
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
awk '$3 ~ /^cgroup/ {print $2}' /proc/self/mounts | while read -r mount; do mkdir -p "$mount/$name"; done

# --- the daemons --------------------------------------------------------------

start etcd "$lab" etcd --data-dir "$state/etcd" --unsafe-no-fsync --logger zap --log-level warn \
  --listen-client-urls http://$loopback:2379 --advertise-client-urls http://$loopback:2379 \
  --listen-peer-urls http://$loopback:2380
# Of all the namespace's addresses: agents in Pods look images up there too.
start registry "$lab" registry -store "$images" -address :5000
start containerd containerd --config "$run/containerd.toml" --log-level warn
start apiserver "$lab" kube-apiserver --etcd-servers http://$loopback:2379 \
  --bind-address "$address" --advertise-address "$address" --secure-port 6443 \
  --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" --client-ca-file "$pki/ca.crt" \
  --kubelet-client-certificate "$pki/apiserver-client.crt" --kubelet-client-key "$pki/apiserver-client.key" \
  --kubelet-certificate-authority "$pki/ca.crt" --kubelet-preferred-address-types InternalIP \
  --service-account-issuer https://kubernetes.default.svc.cluster.local \
  --service-account-key-file "$pki/sa.key" --service-account-signing-key-file "$pki/sa.key" \
  --requestheader-client-ca-file "$pki/ca.crt" --requestheader-allowed-names front-proxy \
  --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
  --requestheader-extra-headers-prefix X-Remote-Extra- \
  --service-cluster-ip-range "$services" --authorization-mode Node,RBAC \
  --enable-admission-plugins NodeRestriction --allow-privileged
until_true 120 'the API server' "$lab" kubectl get --raw /readyz
start controllers "$lab" kube-controller-manager --kubeconfig "$pki/controller-manager.kubeconfig" \
  --authentication-kubeconfig "$pki/controller-manager.kubeconfig" --authorization-kubeconfig "$pki/controller-manager.kubeconfig" \
  --service-account-private-key-file "$pki/sa.key" --root-ca-file "$pki/ca.crt" --use-service-account-credentials \
  --cluster-signing-cert-file "$pki/ca.crt" --cluster-signing-key-file "$pki/ca.key" \
  --enable-hostpath-provisioner --bind-address "$loopback" --leader-elect=false --kube-api-qps 200 --kube-api-burst 400
start scheduler "$lab" kube-scheduler --config "$run/scheduler.yaml" \
  --authentication-kubeconfig "$pki/scheduler.kubeconfig" --authorization-kubeconfig "$pki/scheduler.kubeconfig" \
  --bind-address "$loopback"
until_true 30 'containerd' test -S "$run/containerd.sock"
start kubelet "$lab" kubelet --config "$run/kubelet.yaml" --kubeconfig "$pki/node.kubeconfig" \
  --root-dir "$state/kubelet" --cert-dir "$pki" --node-ip "$address" --hostname-override "$node"
start proxy "$lab" kube-proxy --kubeconfig "$pki/proxy.kubeconfig" --hostname-override "$node" \
  --proxy-mode "${CAPSTAN_CLUSTER_PROXY_MODE:-nftables}" --cluster-cidr "$pods" --nodeport-addresses "$address/32" \
  --conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0s --conntrack-tcp-timeout-close-wait 0s \
  --metrics-bind-address $loopback:10249 --healthz-bind-address $loopback:10256
start coredns "$lab" coredns "$run/Corefile"

# --- ready --------------------------------------------------------------------

until_true 60 'the node' "$lab" kubectl get node "$node"
"$lab" kubectl wait --for=condition=Ready "node/$node" --timeout=120s >&2
until_true 60 'the default account' "$lab" kubectl get serviceaccount default
"$lab" kubectl apply -f - >&2 <<EOF
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
provisioner: kubernetes.io/host-path
EOF
echo "$KUBECONFIG"
