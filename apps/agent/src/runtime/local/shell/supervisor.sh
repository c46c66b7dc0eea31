# The outer half of a task's supervisor: one POSIX shell a task, in a session of its own, that outlives the agent.
# It is sourced by the task's own run.sh with $TASK (the task's folder) and $LIB (this folder) set.
#
# Files are its memory: `claim` (who supervises), c/<container>/{init,code,stdout,stderr}, `ended` last of all.
# Times are the files' modification times, so that no program is started only to read the clock.

# Only the first supervisor of a task gets past here, whatever agents started: creating the claim is atomic.
claim() {
  read -r self_stat < /proc/self/stat
  read -r boot < /proc/sys/kernel/random/boot_id
  set -C
  { echo "$boot $self_stat" > "$TASK/claim"; } 2> /dev/null || exit 0
  set +C
  # Handlers, not `ignore`: what is ignored stays ignored in every program that the shell starts.
  trap : HUP INT TERM
}

# Runs a container to its end; its output goes through pipes, so that `> /dev/stdout` appends as it does in a container.
container() {
  { { run_container "$1" 2>&3 3>&-; } | cat >> "$TASK/c/$1/stdout"; } 3>&1 > /dev/null | cat >> "$TASK/c/$1/stderr"
}

run_container() {
  if [ -e "$TASK/kill.json" ]; then
    echo 143 > "$TASK/c/$1/code"
  else
    enter "$1"
    code=$?
    # Process 1 that began and never noted its command's code was killed, whatever the tool that waited for it answers.
    if [ -e "$TASK/c/$1/init" ] && [ ! -e "$TASK/c/$1/main-code" ] && [ "$code" != 143 ]; then code=137; fi
    echo "$code" > "$TASK/c/$1/code"
  fi
}

code_of() {
  code=
  read -r code < "$TASK/c/$1/code" || :
} 2> /dev/null

# The code of a container's command, which is known before its outputs are taken: they may wait for who depends on it.
main_code_of() {
  code=
  read -r code < "$TASK/c/$1/main-code" || read -r code < "$TASK/c/$1/code" || :
} 2> /dev/null

# Runs a container of a set when those it depends on have ended well; 64 is what Argo's executor answers otherwise.
container_after() {
  name=$1
  shift
  for dependency; do
    main_code_of "$dependency"
    while [ -z "$code" ]; do
      sleep 0.05
      main_code_of "$dependency"
    done
    if [ "$code" != 0 ]; then
      echo "dependency $dependency did not succeed" >> "$TASK/c/$name/stderr"
      echo 64 > "$TASK/c/$name/code"
      return
    fi
  done
  container "$name"
}

# An init container that fails ends the task.
initial() {
  container "$1"
  code_of "$1"
  [ "$code" = 0 ] || finish
}

# Sidecars end when main has: SIGTERM, then SIGKILL after $GRACE seconds.
stop_beside() {
  left=$((GRACE * 20))
  while :; do
    pids=
    for name; do
      code_of "$name"
      [ -z "$code" ] || continue
      init=
      { read -r init _ < "$TASK/c/$name/init"; } 2> /dev/null || :
      pids="$pids ${init:-none}"
    done
    [ -n "$pids" ] || return 0
    for init in $pids; do
      [ "$init" != none ] || continue
      if [ "$left" -gt 0 ]; then kill -s TERM "$init"; else kill -s KILL -- "$KILL_SIGN$init"; fi
    done 2> /dev/null
    left=$((left - 1))
    sleep 0.05
  done
}

finish() {
  echo > "$TASK/ended"
  exit 0
}
