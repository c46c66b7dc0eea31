#!/bin/sh
# Prints the Secrets that Capstan needs, with new passwords, as manifests: deploy/make-secrets.sh | kubectl create -f -
# Those that are there already stay as they are: kubectl create refuses to replace them.
# For a Redis of your own: make-secrets.sh --redis COORDINATOR_URL AGENT_URL; for agents alone: make-secrets.sh --agent-only AGENT_URL.
# --namespace NAME where the namespace is not "capstan".
set -eu
namespace=capstan
coordinator_url= agent_url=
while [ $# -gt 0 ]; do
  case $1 in
    --namespace) namespace=$2 && shift 2 ;;
    --redis) coordinator_url=$2 agent_url=$3 && shift 3 ;;
    --agent-only) agent_url=$2 && shift 2 ;;
    *) echo "make-secrets.sh: what is $1? (--namespace NAME, --redis COORDINATOR_URL AGENT_URL, --agent-only URL)" >&2 && exit 2 ;;
  esac
done

# 32 random bytes, in letters and digits that need no quoting in URLs.
password() { od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n'; }

# secret NAME KEY VALUE [KEY VALUE ...]
secret() {
  printf -- '---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n  namespace: %s\n' "$1" "$namespace"
  printf '  labels:\n    app.kubernetes.io/name: capstan\ntype: Opaque\nstringData:\n'
  shift
  while [ $# -gt 0 ]; do
    # Quoted as YAML does it: a single quote is doubled.
    printf "  %s: '%s'\n" "$1" "$(printf %s "$2" | sed "s/'/''/g")"
    shift 2
  done
}

if [ -z "$agent_url" ]; then
  coordinator=$(password) agent=$(password)
  redis=capstan-redis.$namespace.svc:6379
  secret capstan-redis coordinator-password "$coordinator" agent-password "$agent"
  coordinator_url=redis://coordinator:$coordinator@$redis
  agent_url=redis://agent:$agent@$redis
fi
if [ -n "$coordinator_url" ]; then secret capstan-coordinator redis-url "$coordinator_url"; fi
secret capstan-agent redis-url "$agent_url" transfer-key "$(password)"
