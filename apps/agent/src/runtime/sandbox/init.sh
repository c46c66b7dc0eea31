# The inner half of the supervisor: process 1 of a container's own namespaces. It stays outside the container's root, which it builds.
# Called with: the library's folder, the task's folder, the container's name.
LIB=$1 TASK=$2 C=$2/c/$3
. "$LIB/main.sh"
. "$C/container.sh"

fail() {
  echo "$1" >> "$C/setup-error"
  exit 125
}

# The overlay needs a file system that can hold its upper layer; where the state folder's cannot, memory can.
if [ -n "$TMPFS_SIZE" ]; then
  mount -t tmpfs -o "size=$TMPFS_SIZE,mode=0755" tmpfs "$C/layers" 2>> "$C/setup-error" || exit 125
  cp -a "$C/prepared/." "$C/layers/" 2>> "$C/setup-error" || exit 125
fi
{ echo "$POD_HOSTNAME" > /proc/sys/kernel/hostname || hostname "$POD_HOSTNAME"; } 2> /dev/null
# Where there are no control groups, this bounds a fork bomb; root is not bound by it, but root has control groups.
{ ulimit -u "$PROCESSES_MAX" || ulimit -p "$PROCESSES_MAX"; } 2> /dev/null
mount -a -T "$C/fstab" 2>> "$C/setup-error" || exit 125

# The entry script comes through a descriptor: its arguments may be longer than one argument may be, and nothing of it shows inside.
launch() { exec chroot "$ROOT" /bin/sh /proc/self/fd/9 9< "$C/enter.sh"; }
terminate() { kill -s TERM -- -1; }
# Nothing that the command left behind may still write while its outputs are taken.
terminate_rest() { kill -s KILL -- -1; } 2> /dev/null
in_root() { chroot "$ROOT" "$@"; }

run_main
