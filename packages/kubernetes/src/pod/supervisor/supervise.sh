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
LINE_BREAK='
'
STAND_IN=$(printf '\1')

# The container's environment, a variable a line. The shell itself drops names that it does not like (`spring.port`), adds its own, and the
# variables of this file would take the places of the container's.
environment=$("$B" tr '\0\n' '\n\1' < "/proc/$$/environ")

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
  # These two end nothing by themselves.
  case $1 in USR1 | USR2 | WINCH) ;; *) signalled=yes ;; esac
  [ -z "$child" ] || kill -s "$1" "$child" 2> /dev/null
}

# Runs the command once and leaves its exit code in $code. stdout may be taken along for the task's result.
run_command() {
  program_named "$1"
  if [ -z "$program" ]; then
    lost="exec: \"$1\": executable file not found in \$PATH"
    echo "$lost" >&2
    echo "$lost" > "$NOTE"
    code=127
    return
  fi
  shift
  if [ -n "$result" ]; then
    "$B" rm -f "$RUN/$name.out" && "$B" mkfifo "$RUN/$name.out" || { code=64; return; }
    "$B" tee "$RUN/$name.stdout" < "$RUN/$name.out" &
    copier=$!
    in_environment "$program" "$@" > "$RUN/$name.out"
  else
    in_environment "$program" "$@"
  fi
  # A signal that is handled ends `wait` early: it is waited again until the command has ended.
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2> /dev/null || break
  done
  [ -z "$result" ] || await_copier
}

# Starts a program beside this shell, with the container's own environment and stdin; leaves its process in $child.
in_environment() {
  words=$#
  set -f
  IFS=$LINE_BREAK
  for word in $environment; do set -- "$@" "${word//$STAND_IN/$LINE_BREAK}"; done
  IFS=' '
  # The variables were put behind the command, whose words go behind them now.
  while [ "$words" -gt 0 ]; do
    set -- "$@" "$1"
    shift
    words=$((words - 1))
  done
  unset IFS
  set +f
  # A shell gives what it starts beside itself no stdin, unless it is told to; and makes it ignore INT and QUIT: programs that
  # handle them get them all the same.
  "$B" env -i -- "$@" <&3 3<&- 8>&- &
  child=$!
}

# What the command left running may hold its stdout open: the container ends without it.
await_copier() {
  looks=0
  while kill -0 "$copier" 2> /dev/null && [ "$looks" -lt 40 ]; do
    "$B" usleep 50000
    looks=$((looks + 1))
  done
  kill "$copier" 2> /dev/null
}

# --- what the plan says -------------------------------------------------------------------------------

result=
progress=
sidecar=
retries=0
delay=0

# Containers of a set may be tried again.
again() {
  retries=$1
  delay=$2
}
# The command's stdout is the task's result.
result() { result=yes; }
# It runs beside the task, and its end is not the task's.
sidecar() { sidecar=yes; }
# The command writes how far it is into a file.
progress() { progress=yes; }

note=
# Notes are words: they may not hold spaces. Fails where the message would grow too long: say NOTE [ROOM TO LEAVE].
say() {
  [ $((${#note} + ${#1} + 1)) -le $((NOTE_BYTES_MAX - ${2:-0})) ] || return 1
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
  size=$("$B" stat -Lc %s "$3" 2> /dev/null) || size=0
  if [ "$size" -gt "$TEXT_BYTES_MAX" ]; then
    say "$1:large"
  # Every other output must find room for its mark.
  elif [ "$size" -le 3000 ] && say "$1=$("$B" base64 "$3" | "$B" tr -d '\n')" "$MARKS_BYTES"; then :
  else
    upload "$1" "$2" "$B" cat "$3"
  fi
}

# artifact INDEX PATH KIND LEVEL: an output artifact, packed as it goes.
artifact() {
  path=$2
  while case $path in ?*/) ;; *) false ;; esac; do path=${path%/}; done
  # What a link leads to is the artifact, not the link, which would lead nowhere elsewhere.
  ! [ -L "$path" ] || ! [ -e "$path" ] || path=$("$B" readlink -f "$path")
  folder=${path%/*} base=${path##*/}
  if ! [ -e "$path" ]; then say "a$1:missing"
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
      20[0-9]) say "$mark@"; return ;;
      413) say "$mark:large"; return ;;
      4*) say "$mark:refused"; return ;;
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

# Tells the agent how far the command is, whenever it has changed; beside it, with files and notes of its own.
watch_progress() {
  name=$name.progress
  told=
  while "$B" sleep 1; do
    line=$("$B" tail -n 1 "$RUN/progress" 2> /dev/null)
    [ "$line" != "$told" ] || continue
    told=$line
    upload progress progress echo "$line"
  done
}

# --- the containers of a Pod --------------------------------------------------------------------------

# The code of a container that has ended; fails while it has not.
code_of() {
  read -r other_code < "$RUN/$1.code"
} 2> /dev/null

# While a supervisor lives, it holds this pipe open; the kernel closes it whatever ends the container (the memory's end, a SIGKILL).
show_life() {
  "$B" rm -f "$RUN/$name.alive.draft"
  "$B" mkfifo "$RUN/$name.alive.draft" && exec 8<> "$RUN/$name.alive.draft" && "$B" mv "$RUN/$name.alive.draft" "$RUN/$name.alive"
}

# Has a container ended without leaving its code? One that has not begun yet is waited for.
is_dead() {
  [ -p "$RUN/$1.alive" ] && ! "$B" timeout 2 "$B" sh -c ': < "$1"' sh "$RUN/$1.alive" 2> /dev/null && ! code_of "$1"
}

# Waits until a container has ended and leaves its code in $other_code.
await_end() {
  looks=0
  until code_of "$1"; do
    [ -z "$signalled" ] || return 1
    "$B" usleep 50000
    looks=$((looks + 1))
    if [ $((looks % 20)) = 0 ] && is_dead "$1"; then
      other_code=137
      return
    fi
  done
}

await_others() {
  for other; do
    await_end "$other" || finish 143
    # 64 is what Argo's executor answers.
    if [ "$other_code" != 0 ]; then
      echo "dependency $other did not succeed" >&2
      finish 64
    fi
  done
}

# The kubelet starts a sidecar that ends again, though it has done its work: it stays until it is told to end. One that failed ends, so
# that its status tells, and is not run a second time.
run_sidecar() {
  if ! [ -e "$RUN/$name.over" ]; then
    run_command "$@"
    [ -z "$signalled" ] || exit "$code"
    : > "$RUN/$name.over"
    [ "$code" = 0 ] || exit "$code"
  fi
  child=
  until [ -n "$signalled" ]; do
    "$B" sleep 5 &
    child=$!
    wait "$child"
  done
  exit 0
}

finish() {
  echo "$1" > "$RUN/$name.code.draft" && "$B" mv "$RUN/$name.code.draft" "$RUN/$name.code"
  exit "$1"
}

# --- one after the other --------------------------------------------------------------------------------

# shellcheck source=/dev/null
. "$PLAN"
# An image may name another signal than TERM as the one that ends it.
for signal in TERM INT QUIT HUP USR1 USR2 WINCH; do
  # shellcheck disable=SC2064
  trap "forward $signal" "$signal"
done
exec 3<&0
configure "$name"
[ -z "$sidecar" ] || run_sidecar "$@"
[ -z "$OTHERS" ] || show_life
[ -z "$signalled" ] || finish 143
watcher=
if [ -n "$progress" ]; then
  watch_progress &
  watcher=$!
fi
run_command "$@"
while [ "$code" != 0 ] && [ "$retries" -gt 0 ] && [ -z "$signalled" ]; do
  retries=$((retries - 1))
  "$B" sleep "$delay"
  [ -n "$signalled" ] || run_command "$@"
done
[ -z "$watcher" ] || kill "$watcher"
# From here on only the end of its grace can stop it.
trap '' TERM INT QUIT HUP USR1 USR2 WINCH
signalled=
if [ "$name" = "$OUTPUT" ]; then
  # Who waits for this one goes on; what the others still write is waited for.
  if [ -n "$OTHERS" ]; then
    echo "$code" > "$RUN/$name.code.draft" && "$B" mv "$RUN/$name.code.draft" "$RUN/$name.code"
    for other in $OTHERS; do await_end "$other"; done
  fi
  [ -z "$result" ] || send_text r result "$RUN/$name.stdout"
  collect
  said=$("$B" head -c 300 "$NOTE" 2> /dev/null | "$B" base64 | "$B" tr -d '\n')
  [ -z "$said" ] || say "m=$said"
  printf 'capstan1%s' "$note" > "$NOTE"
fi
finish "$code"
