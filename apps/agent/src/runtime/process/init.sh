# The inner half of the supervisor without namespaces: leads the process group (and session) of one container.
# Called with: the library's folder, the task's folder, the container's name.
LIB=$1 TASK=$2 C=$2/c/$3
. "$LIB/main.sh"
. "$C/container.sh"

launch() { exec /bin/sh "$C/enter.sh"; }
# To the whole group but this shell, which holds a handler for it.
terminate() { trap '' TERM; kill -s TERM -- -$$; trap 'hit=1 interrupted=1; terminate' TERM; }
terminate_rest() { :; }
in_root() { "$@"; }

run_main
