# Writes Redis' users with the hashes of their passwords, and after them those of agents in other clusters, if there are any.
#
# users.acl cannot hold comments, so here they are. "default" has every right and is off: nobody can be it, but Redis reads its append-only
# file with its rights, and silently leaves out every transaction that they do not allow (redis/redis#14541). "probe" may only ask whether
# the server is there. Nobody has what administrators do (@dangerous) except what BullMQ needs. "agent" is as `capstan agent acl --any-selector`
# prints it for the pool and the cluster of the agents here, and reaches no other pool's tasks.
set -eu
umask 077
hash_of() {
  hash=$(printf %s "$1" | sha256sum | cut -d ' ' -f 1)
  printf '#%s' "$hash"
}
for name in "$AGENT_POOL" "$AGENT_CLUSTER"; do
  case $name in
    "" | *[!A-Za-z0-9._-]*) echo "AGENT_POOL and AGENT_CLUSTER: \"$name\" is no name: letters, digits, \"-\", \"_\" and \".\"" >&2 && exit 2 ;;
  esac
done
coordinator=$(hash_of "$COORDINATOR_PASSWORD")
agent=$(hash_of "$AGENT_PASSWORD")
sed -e "s/@COORDINATOR_PASSWORD@/$coordinator/" -e "s/@AGENT_PASSWORD@/$agent/" \
  -e "s/@AGENT_POOL@/$AGENT_POOL/g" -e "s/@AGENT_CLUSTER@/$AGENT_CLUSTER/g" /config/users.acl > /run/redis/users.acl
for users in /more-users/*.acl; do
  if [ -f "$users" ]; then cat "$users" >> /run/redis/users.acl; fi
done
