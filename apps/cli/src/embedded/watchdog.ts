import { type ChildProcess, spawn } from "node:child_process";

/**
 * A small shell that outlives this process by a moment: when this process is gone, however it ended, the pipe between the two
 * closes, and the shell ends the children, what they left running, and removes the folder.
 *
 * Tasks outlive the agent on purpose. Here they must not, so whatever still has the agent's folder in its command line (or, where
 * the folder is this run's own, in its environment or as its working directory) is ended.
 */
const script = `
trap '' HUP INT TERM
pids= last= tasks= remove=
while read -r word value; do
  case $word in
    child) pids="$pids $value" ;;
    last) last="$last $value" ;;
    tasks) tasks=$value ;;
    remove) remove=$value ;;
    done) exit 0 ;;
  esac
done
end() {
  for pid; do kill -TERM "$pid"; done
  tries=0
  while [ $tries -lt 50 ]; do
    alive=
    for pid; do kill -0 "$pid" && alive=1; done
    [ -n "$alive" ] || return 0
    tries=$((tries + 1))
    sleep 0.1
  done
  for pid; do kill -KILL "-$pid" || kill -KILL "$pid"; done
}
end $pids
end $last
leftovers() {
  grep -lsF -- "$tasks" /proc/[0-9]*/cmdline | cut -d/ -f3
  [ -n "$remove" ] || return 0
  grep -lsF -- "$remove" /proc/[0-9]*/environ | cut -d/ -f3
  ls -l /proc/[0-9]*/cwd | grep -F -- "$remove" | sed 's|.*/proc/\\([0-9]*\\)/cwd.*|\\1|'
}
tries=0
while [ -n "$tasks" ] && [ $tries -lt 10 ]; do
  found=$(leftovers)
  [ -n "$found" ] || break
  for pid in $found; do kill -KILL "-$pid"; kill -KILL "$pid"; done
  tries=$((tries + 1))
  sleep 0.05
done
[ -z "$remove" ] || rm -rf -- "$remove"
`;

/** Ends what this process started, should this process not come to do it. */
export class Watchdog {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** `tasksDir` is the agent's folder; `removeDir` is removed at the end. */
  static start(tasksDir: string, removeDir: string | undefined): Watchdog {
    const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "ignore"], cwd: "/" });
    child.on("error", () => {});
    child.stdin?.on("error", () => {});
    child.unref();
    const watchdog = new Watchdog(child);
    watchdog.#tell(`tasks ${tasksDir}`);
    if (removeDir !== undefined) watchdog.#tell(`remove ${removeDir}`);
    return watchdog;
  }

  /** What is needed by the others to end in order is ended `last`. */
  watch(pid: number | undefined, order: "child" | "last"): void {
    if (pid !== undefined) this.#tell(`${order} ${pid}`);
  }

  /** Nothing is left to do. */
  dismiss(): void {
    this.#tell("done");
    this.#process.stdin?.end();
  }

  #tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }
}
