# Wraps a container's command inside a Pod: runs it, passes signals on, takes its outputs, ends with its exit code.
# Run by the static busybox beside it: busybox sh supervise.sh NAME PROGRAM [ARGUMENT ...], in any image, as any user.
#
# $PLAN, a file made for the task, says what to take (its lines call the functions below). What is small goes into the container's
# termination message, the rest to the agent. /capstan/run is shared by the containers of the Pod.
B=/capstan/bin/busybox
RUN=/capstan/run
PLAN=/capstan/plan/plan
NOTE=/dev/termination-log
NOTE_BYTES_MAX=4000

name=$1
shift

# --- the command ------------------------------------------------------------------------------------

# The program as execvp would find it. The shell's own lookup would take busybox's applets before the image's programs.
program_named() {
  case $1 in
    */*) program=$1 && return ;;
  esac
  rest=${PATH-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}:
  while [ -n "$rest" ]; do
    folder=${rest%%:*}
    rest=${rest#*:}
    program=${folder:-.}/$1
    [ -f "$program" ] && [ -x "$program" ] && return
  done
  program=
}

child=
signalled=
forward() {
  signalled=yes
  [ -z "$child" ] || kill -s "$1" "$child" 2> /dev/null
}

# Runs the command once and leaves its exit code in $code. stdout may be taken along for the task's result.
run_command() {
  program_named "$1"
  if [ -z "$program" ]; then
    echo "exec: \"$1\": executable file not found in \$PATH" >&2
    code=127
    return
  fi
  shift
  if [ -n "$result" ]; then
    "$B" rm -f "$RUN/$name.out" && "$B" mkfifo "$RUN/$name.out" || { code=64; return; }
    "$B" tee "$RUN/$name.stdout" < "$RUN/$name.out" &
    copier=$!
    "$program" "$@" <&0 > "$RUN/$name.out" &
  else
    "$program" "$@" <&0 &
  fi
  child=$!
  # A signal that is handled ends `wait` early: it is waited again until the command has ended.
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2> /dev/null || break
  done
  [ -z "$result" ] || wait "$copier"
}

# --- what the plan says -------------------------------------------------------------------------------

result=
retries=0
delay=0

# Containers of a set may be tried again.
again() {
  retries=$1
  delay=$2
}
# The command's stdout is the task's result.
result() { result=yes; }

note=
# Notes are words: they may not hold spaces. Fails where the message would grow too long.
say() {
  [ $((${#note} + ${#1} + 1)) -le "$NOTE_BYTES_MAX" ] || return 1
  note="$note $1"
}

# An output parameter: its file in the message where it fits, else with the agent.
parameter() {
  if [ -d "$2" ]; then say "p$1:folder"
  elif ! [ -e "$2" ]; then say "p$1:missing"
  elif ! [ -r "$2" ]; then say "p$1:unreadable"
  else send_text "p$1" "parameters/$1" "$2"
  fi
}

# send_text MARK PLACE FILE
send_text() {
  size=$("$B" stat -Lc %s "$3" 2> /dev/null) || size=
  # What has no size (a pipe, a file of the kernel's) is read to its end, within the limit.
  if [ "${size:-9999999}" -gt "$TEXT_BYTES_MAX" ]; then
    say "$1:large"
  elif [ "$size" -le 3000 ] && say "$1=$("$B" base64 "$3" | "$B" tr -d '\n')"; then :
  else
    upload "$1" "$2" "$B" cat "$3"
  fi
}

# artifact INDEX PATH KIND LEVEL: an output artifact, packed as it goes.
artifact() {
  path=$2
  while case $path in ?*/) ;; *) false ;; esac; do path=${path%/}; done
  folder=${path%/*} base=${path##*/}
  if ! [ -e "$path" ] && ! [ -L "$path" ]; then say "a$1:missing"
  elif [ "$3" = tgz ]; then upload "a$1" "artifacts/$1?kind=tgz" packed "$folder/" "${base:-.}" "$4"
  elif [ -d "$path" ]; then upload "a$1" "artifacts/$1?kind=folder" "$B" tar -cf - -C "$folder/" -- "${base:-.}"
  else upload "a$1" "artifacts/$1?kind=file" "$B" cat "$path"
  fi
}

packed() {
  "$B" tar -cf - -C "$1" -- "$2" | "$B" gzip "-$3"
}

# --- the way to the agent ---------------------------------------------------------------------------

# upload MARK PLACE COMMAND...: POSTs what the command writes. The agent may be away for a moment: it is tried again for a while.
upload() {
  mark=$1 place=$2
  shift 2
  tries=0
  while :; do
    "$B" rm -f "$RUN/$name.broken" "$RUN/$name.hungup"
    : > "$RUN/$name.reply"
    { request "$place"; { "$@" 2> "$RUN/$name.error" || echo > "$RUN/$name.broken"; } | chunks; await_reply; } \
      | { "$B" nc -w 120 "$AGENT_HOST" "$AGENT_PORT" > "$RUN/$name.reply" 2> /dev/null; echo > "$RUN/$name.hungup"; }
    read -r _ status _ < "$RUN/$name.reply" || status=
    if [ -e "$RUN/$name.broken" ]; then
      say "$mark:unreadable"
      return
    fi
    case $status in
      20[0-9]) say "$mark@" && return ;;
      413) say "$mark:large" && return ;;
      4*) say "$mark:refused" && return ;;
    esac
    tries=$((tries + 1))
    if [ "$tries" -ge "$TRIES_MAX" ]; then
      say "$mark:unsent"
      return
    fi
    "$B" sleep 2
  done
}

# A server takes a client that has closed its side for one that is gone: the connection stays whole until the answer is there.
await_reply() {
  [ ! -e "$RUN/$name.broken" ] || return 0
  looks=0
  until [ -s "$RUN/$name.reply" ] || [ -e "$RUN/$name.hungup" ] || [ "$looks" -ge 6000 ]; do
    "$B" usleep 10000
    looks=$((looks + 1))
  done
}

request() {
  printf 'POST /v1/tasks/%s/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n' \
    "$TASK" "$1" "$AGENT_HOST" "$TOKEN"
}

# HTTP's chunked coding. A command that failed leaves the last chunk out, so that half of something is never taken for the whole.
chunks() {
  while :; do
    "$B" dd bs=65536 count=16 iflag=fullblock of="$RUN/$name.chunk" 2> /dev/null
    size=$("$B" stat -c %s "$RUN/$name.chunk")
    [ "${size:-0}" -gt 0 ] || break
    printf '%x\r\n' "$size"
    "$B" cat "$RUN/$name.chunk"
    printf '\r\n'
  done
  [ -e "$RUN/$name.broken" ] || printf '0\r\n\r\n'
}

# --- the containers of a Pod --------------------------------------------------------------------------

# The code of a container that has ended; fails while it has not.
code_of() {
  read -r other_code < "$RUN/$1.code"
} 2> /dev/null

await_others() {
  for other; do
    until code_of "$other"; do
      [ -z "$signalled" ] || finish 143
      "$B" usleep 50000
    done
    # 64 is what Argo's executor answers.
    if [ "$other_code" != 0 ]; then
      echo "dependency $other did not succeed" >&2
      finish 64
    fi
  done
}

finish() {
  echo "$1" > "$RUN/$name.code.draft" && "$B" mv "$RUN/$name.code.draft" "$RUN/$name.code"
  exit "$1"
}

# --- one after the other --------------------------------------------------------------------------------

# shellcheck source=/dev/null
. "$PLAN"
trap 'forward TERM' TERM
trap 'forward INT' INT
trap 'forward HUP' HUP
trap 'forward USR1' USR1
trap 'forward USR2' USR2

configure "$name"
[ -z "$signalled" ] || finish 143
run_command "$@"
while [ "$code" != 0 ] && [ "$retries" -gt 0 ] && [ -z "$signalled" ]; do
  retries=$((retries - 1))
  "$B" sleep "$delay"
  run_command "$@"
done
trap - HUP INT USR1 USR2
trap : TERM
if [ "$name" = "$OUTPUT" ]; then
  # Who waits for this one goes on; what the others still write is waited for.
  if [ -n "$OTHERS" ]; then
    echo "$code" > "$RUN/$name.code.draft" && "$B" mv "$RUN/$name.code.draft" "$RUN/$name.code"
    for other in $OTHERS; do until code_of "$other"; do "$B" usleep 50000; done; done
  fi
  [ -z "$result" ] || send_text r result "$RUN/$name.stdout"
  collect
  said=$("$B" head -c 300 "$NOTE" 2> /dev/null | "$B" base64 | "$B" tr -d '\n')
  [ -z "$said" ] || say "m=$said"
  printf 'capstan1%s' "$note" > "$NOTE"
fi
finish "$code"
