#!/bin/bash
# The line between this cluster and another one's: link.sh up|cut|restore|down.
# Hosts and Pods of both reach each other over it, by their own addresses. A
# line that is cut loses every packet and tells nobody, as a far router does
# that fails: connections hang, they are not refused. Services' addresses are
# each cluster's own; what the other shall reach listens on the host's or is a
# NodePort.
set -euo pipefail
. "$(dirname "$0")/env.sh"
peer=${CAPSTAN_CLUSTER_PEER_NAME:?the other cluster}
peer_net=${CAPSTAN_CLUSTER_PEER_NET:?the network of the other cluster\'s Pods}
peer_address=$peer_net.0.1
table="inet capstan-cut-$peer"

for cluster in "$name" "$peer"; do
  [ -e "/run/netns/$cluster" ] || { echo "link.sh: there is no cluster $cluster: npm run cluster:up" >&2; exit 1; }
done

# in_cluster NAME COMMAND...
in_cluster() { local cluster=$1; shift; nsenter --net="/run/netns/$cluster" "$@"; }

# joined: do the two ends of one line lie where they should?
joined() {
  local other
  other=$(in_cluster "$name" ip -o link show "to-$peer" 2>/dev/null | sed -nE 's/^[0-9]+: [^ ]+@if([0-9]+):.*/\1/p')
  [ -n "$other" ] && in_cluster "$peer" ip -o link show "to-$name" 2>/dev/null | grep -q "^$other: "
}

# An end takes the other with it.
remove() {
  in_cluster "$name" ip link delete "to-$peer" 2>/dev/null || true
  in_cluster "$peer" ip link delete "to-$name" 2>/dev/null || true
}

restore() { in_cluster "$name" nft delete table $table 2>/dev/null || true; }

# end CLUSTER OTHER ITS_ADDRESS OTHERS_NET: the ends have no addresses of their own; each answers for its host's.
end() {
  in_cluster "$1" ip link set "to-$2" up
  in_cluster "$1" ip route replace "$4.0.0/16" via "$4.0.1" dev "to-$2" onlink src "$3"
}

case ${1:-} in
  up)
    if ! joined; then
      remove
      ip link add "to-$peer" netns "$name" type veth peer name "to-$name" netns "$peer"
    fi
    end "$name" "$peer" "$address" "$peer_net"
    end "$peer" "$name" "$peer_address" "$net"
    restore ;;
  cut)
    joined || { echo "link.sh: $name and $peer are not joined: link.sh up" >&2; exit 1; }
    in_cluster "$name" nft -f - <<RULES
add table $table
delete table $table
table $table {
  chain arriving { type filter hook prerouting priority raw; iifname "to-$peer" drop; }
  chain leaving { type filter hook postrouting priority srcnat + 10; oifname "to-$peer" drop; }
}
RULES
    ;;
  restore) restore ;;
  down) restore; remove ;;
  *) echo "link.sh: up, cut, restore or down" >&2; exit 2 ;;
esac
