# The inner half's common part: starts the container's command, forwards SIGTERM to everything inside, waits.
# The caller sets $C (the container's folder) and defines `launch` (becomes the command), `terminate`,
# `in_root` (runs a program where the command ran) and `collect`.

# Has the command of another container ended, its outputs aside?
has_ended() {
  [ -e "$TASK/c/$1/main-code" ] || [ -e "$TASK/c/$1/code" ]
}

# Sets folder and base of an output artifact. What a link leads to is the artifact, not the link, which would lead nowhere elsewhere.
locate() {
  from=$1
  ! in_root test -L "$from" || from=$(in_root readlink -f -- "$from")
  folder=${from%/*}/ base=${from##*/}
  base=${base:-.}
}

run_main() {
  hit=
  trap 'hit=1 interrupted=1; terminate' TERM
  read -r self_stat < /proc/self/stat
  echo "$self_stat" > "$C/init"
  tries_left=${RETRIES:-0}
  while :; do
    # A kill that came before `init` existed could not reach us; whoever asks later signals us.
    [ ! -e "$TASK/kill.json" ] || exit 143
    launch &
    child=$!
    code=
    # A wait that a signal cuts short answers with the signal; the next one has the command's own code, or knows nothing (127)
    # because the code came at the same moment. Several signals may come.
    while :; do
      interrupted=
      wait "$child"
      status=$?
      [ "$status" = 127 ] && [ -n "$code" ] && break
      code=$status
      [ -n "$interrupted" ] || break
    done
    [ "$code" != 0 ] && [ -z "$hit" ] && [ "$tries_left" -gt 0 ] || break
    tries_left=$((tries_left - 1))
    [ "${RETRY_DELAY:-0}" = 0 ] || sleep "$RETRY_DELAY"
  done
  trap '' TERM
  terminate_rest
  echo "$code" > "$C/main-code"
  collect
  exit "$code"
}
