# Writes Redis' users with the hashes of their passwords, and after them those of agents in other clusters, if there are any.
#
# users.acl cannot hold comments, so here they are. "default" has every right and is off: nobody can be it, but Redis reads its append-only
# file with its rights, and silently leaves out every transaction that they do not allow (redis/redis#14541). "probe" may only ask whether
# the server is there. Nobody has what administrators do (@dangerous) except what BullMQ needs. "agent" has its queues, its heartbeat and its
# logs, may look whether a task is still wanted, and append to inboxes (the last part: the script that does it names the key, and a script's keys
# have to be readable).
set -eu
umask 077
hash_of() {
  hash=$(printf %s "$1" | sha256sum | cut -d ' ' -f 1)
  printf '#%s' "$hash"
}
coordinator=$(hash_of "$COORDINATOR_PASSWORD")
agent=$(hash_of "$AGENT_PASSWORD")
sed -e "s/@COORDINATOR_PASSWORD@/$coordinator/" -e "s/@AGENT_PASSWORD@/$agent/" /config/users.acl > /run/redis/users.acl
for users in /more-users/*.acl; do
  if [ -f "$users" ]; then cat "$users" >> /run/redis/users.acl; fi
done
