# What the scripts agree on. Each can be set from outside: a second cluster
# needs its own CAPSTAN_CLUSTER_NAME.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=${CAPSTAN_CLUSTER_NAME:-capstan0}          # of the network namespace, the bridge and the cgroup
cache=${CAPSTAN_CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/capstan-cluster}
bin=$cache/bin                          # what build.sh builds, once a machine
images=$cache/images                    # what images.sh builds
state=${CAPSTAN_CLUSTER_STATE:-$cache/$name}    # all that the cluster writes
net=${CAPSTAN_CLUSTER_NET:-10.244}              # the Pods' network; nothing leaves it
loopback=${CAPSTAN_CLUSTER_LOOPBACK:-127.88.0.1} # where daemons listen for each other
node=${CAPSTAN_CLUSTER_NODE:-node-1}
address=$net.0.1                        # the host, and the API server, on the Pods' network
pods=$net.0.0/16
services=10.96.0.0/16
run=$state/run logs=$state/logs pki=$state/pki
socket=unix://$run/containerd.sock
lab=${CAPSTAN_CLUSTER_BIN:-$bin/lab}
export KUBECONFIG=$pki/admin.kubeconfig
export CAPSTAN_CLUSTER_BIN=$lab

# inside: is this process in the cluster's network namespace?
inside() { [ "$(stat -Lc %i /proc/self/ns/net)" = "$(stat -Lc %i "/run/netns/$name" 2>/dev/null)" ]; }

# since PID: when a process began, in ticks, or nothing where it has ended,
# whether or not anybody has taken note of that.
since() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" {print $20}' || true; }

# alive NAME: is the daemon that start noted under NAME still the same process?
alive() {
  local pid began
  read -r pid began 2>/dev/null <"$run/$1.pid" || return 1
  [ -n "$began" ] && [ "$(since "$pid")" = "$began" ]
}

# start NAME COMMAND...: a daemon of its own session, once.
start() {
  local name=$1; shift
  alive "$name" && return
  setsid nohup "$@" >>"$logs/$name.log" 2>&1 </dev/null &
  echo "$! $(since $!)" >"$run/$name.pid"
}

# stop NAME: ends a daemon and waits for it.
stop() {
  local pid rest i
  if alive "$1"; then
    read -r pid rest <"$run/$1.pid"
    kill "$pid" 2>/dev/null || true
    for i in $(seq 100); do alive "$1" || break; sleep 0.1; done
    alive "$1" && kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$run/$1.pid"
}

# until_true SECONDS WHAT COMMAND...
until_true() {
  local seconds=$1 what=$2; shift 2
  local end=$((SECONDS + seconds))
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "up.sh: $what: not after $seconds s; see $logs" >&2; return 1; }
    sleep 0.2
  done
}
