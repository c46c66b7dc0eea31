# The init container of a Pod that is supervised: puts busybox and the supervisor where the other containers find them, and fetches
# what the task is given (input artifacts, a large script). Run by busybox: `busybox sh install.sh install` in the supervisor's image; without
# the word where the node has the supervisor already, in any image.
B=/capstan/bin/busybox
[ "$1" != install ] || B=/bin/busybox
PLAN=/capstan/plan/plan
INPUTS=/capstan/inputs

put() {
  "$B" mkdir -p /capstan/bin
  "$B" cp "$B" /capstan/bin/busybox && "$B" cp /capstan-supervisor/supervise.sh /capstan/bin/supervise.sh
}

fail() {
  echo "$1" > /dev/termination-log
  echo "capstan: $1" >&2
  exit 1
}

# input INDEX NAME DESTINATION: fetched as a tar with one entry, `content`. With a destination (a path in a mounted volume) it is put there.
input() {
  tries=0
  while :; do
    "$B" rm -rf "$INPUTS/$1"
    "$B" mkdir -p "$INPUTS/$1" || fail "artifact \"$2\": no place for it"
    "$B" wget -q -S -O "$INPUTS/$1.tar" --header "Authorization: Bearer $TOKEN" \
      "http://$AGENT_HOST:$AGENT_PORT/v1/tasks/$TASK/inputs/$1" 2> "$INPUTS/$1.said" && break
    # wget shows nothing of an error but its status line: what it says stands there.
    line=$("$B" grep -o 'HTTP/1.1 [0-9].*' "$INPUTS/$1.said" | "$B" tail -n 1 | "$B" tr -d '\r')
    case $line in
      "HTTP/1.1 404"*) fail "required artifact \"$2\" was not found in the artifact store" ;;
      'HTTP/1.1 4'*' artifact "'*) fail "${line#HTTP/1.1 * }" ;;
      "HTTP/1.1 4"*) fail "artifact \"$2\": ${line#HTTP/1.1 * }" ;;
    esac
    tries=$((tries + 1))
    [ "$tries" -lt "$TRIES_MAX" ] || fail "artifact \"$2\": the agent at $AGENT_HOST:$AGENT_PORT does not answer"
    "$B" sleep 2
  done
  # An optional artifact that is not there comes as an archive without entries.
  "$B" tar -xof "$INPUTS/$1.tar" -C "$INPUTS/$1" || fail "artifact \"$2\" could not be unpacked"
  "$B" rm -f "$INPUTS/$1.tar" "$INPUTS/$1.said"
  if [ -n "$3" ] && [ -e "$INPUTS/$1/content" ]; then
    "$B" mkdir -p "${3%/*}" && "$B" rm -rf "$3" && "$B" cp -a "$INPUTS/$1/content" "$3" \
      || fail "artifact \"$2\" could not be put into its volume at $3"
    "$B" rm -rf "$INPUTS/$1"
  fi
}

# shellcheck source=/dev/null
. "$PLAN"
if [ "$1" = install ]; then put || fail "the supervisor could not be installed"; fi
fetch
