import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Bind } from "../local/launcher.ts";
import { hostMounts, kindOnHost, mountPoints, resolveOnHost } from "./host-file-system.ts";

/** How this machine makes sandboxes; found out once by trying. */
export interface SandboxMode {
  /** Without root: a user namespace in which we are root. */
  readonly userNamespace: boolean;
  /** The overlay's upper layer is in memory, because the state folder's file system cannot hold one. */
  readonly upperInMemory: boolean;
  /** The kernel lets us mount /proc anew (containers with a masked one do not): else the host's is shown. */
  readonly freshProc: boolean;
  /** util-linux's setpriv is there to take dangerous capabilities away. */
  readonly setpriv: boolean;
}

export interface RootFolders {
  /** Mount point of the container's root. */
  readonly root: string;
  /** Holds upper/, work/ and tmp/; a tmpfs is put over it when the upper layer is in memory. */
  readonly layers: string;
  /** What is in the upper layer before the command starts (equal to `layers` on disk). */
  readonly prepared: string;
  /** The agent's state folder: hidden inside. */
  readonly stateFolder: string;
  /** Empty folders and files to mount over. */
  readonly skeleton: string;
  /** The container has a terminal: it gets pseudo-terminals of its own. */
  readonly terminals: boolean;
}

const devices = ["null", "zero", "full", "random", "urandom", "tty"];

const deviceLinks = {
  fd: "/proc/self/fd",
  stdin: "/proc/self/fd/0",
  stdout: "/proc/self/fd/1",
  stderr: "/proc/self/fd/2",
  ptmx: "pts/ptmx",
};

/** Makes the folders and files that devices are bound to and hidden places are covered with; shared by all sandboxes, read-only inside. */
export function makeSkeleton(skeleton: string): void {
  mkdirSync(join(skeleton, "empty"), { recursive: true });
  mkdirSync(join(skeleton, "dev", "shm"), { recursive: true });
  mkdirSync(join(skeleton, "dev", "pts"), { recursive: true });
  for (const device of devices) writeFileSync(join(skeleton, "dev", device), "");
  for (const [name, target] of Object.entries(deviceLinks))
    if (kindOnHost(join(skeleton, "dev", name)) === "none") symlinkSync(target, join(skeleton, "dev", name));
}

/**
 * Lays out a container's root and writes the table of mounts that builds it: the host's files below a private upper layer,
 * a fresh /proc, /dev, /tmp, then the binds. Mount points that the host lacks are made in the upper layer beforehand.
 */
export function layOutRoot(folders: RootFolders, binds: readonly Bind[], mode: SandboxMode): string {
  const { root, layers, prepared, skeleton, terminals } = folders;
  for (const folder of [root, layers, join(prepared, "upper"), join(prepared, "work"), join(prepared, "tmp")])
    mkdirSync(folder, { recursive: true });
  chmodSync(join(prepared, "tmp"), 0o1777);
  const table = new MountTable(root);
  if (mode.userNamespace) overlayEachFolder(table, folders);
  else table.add("overlay", "", "overlay", `lowerdir=/,upperdir=${layers}/upper,workdir=${layers}/work`);
  const resolved = binds
    .map((bind) => ({ ...bind, target: resolveOnHost(bind.target) }))
    .sort((left, right) => left.target.length - right.target.length);
  const covers = (outer: string, inner: string): boolean => inner === outer || inner.startsWith(`${outer}/`);
  // One that goes meanwhile (a container engine's, a USB stick) is left out.
  for (const path of mode.userNamespace ? [] : hostMounts())
    if (!resolved.some(({ target }) => covers(path, target)))
      table.add(path, path, "none", "rbind,ro,nofail,X-mount.mkdir");
  if (mode.freshProc) table.add("proc", "/proc", "proc", "nosuid,nodev,noexec");
  else table.add("/proc", "/proc", "none", "rbind");
  table.add("/sys", "/sys", "none", mode.userNamespace ? "rbind,ro" : "bind,ro");
  table.add(join(skeleton, "dev"), "/dev", "none", "bind,ro");
  for (const device of devices) table.add(`/dev/${device}`, `/dev/${device}`, "none", "bind");
  if (terminals) table.add("devpts", "/dev/pts", "devpts", "newinstance,ptmxmode=0666,mode=0620");
  table.add("tmpfs", "/dev/shm", "tmpfs", "mode=1777,size=64m");
  table.add(join(layers, "tmp"), "/tmp", "none", "bind");
  if (kindOnHost("/run/systemd/resolve") === "folder") exposeResolver(table, prepared);
  const state = resolveOnHost(folders.stateFolder);
  if (!covers("/tmp", state)) table.add(join(skeleton, "empty"), state, "none", "bind,ro");
  const done: Bind[] = [{ source: join(prepared, "tmp"), target: "/tmp", readOnly: false }];
  for (const bind of resolved) {
    makeMountPoint(bind, done, join(prepared, "upper"));
    table.add(bind.source, bind.target, "none", bind.readOnly ? "rbind,ro" : "rbind");
    done.push(bind);
  }
  return table.text;
}

/**
 * In a user namespace the kernel refuses an overlay over a tree that other mounts lie in, so the root is a folder of our own in
 * which each folder of the host's root is an overlay, or, where mounts lie in it, is shown as it is and read-only.
 */
function overlayEachFolder(table: MountTable, { layers, prepared }: RootFolders): void {
  table.add(join(layers, "upper"), "", "none", "bind");
  const mounts = mountPoints();
  for (const entry of readdirSync("/", { withFileTypes: true })) {
    const path = `/${entry.name}`;
    const upper = join(prepared, "upper", entry.name);
    if (entry.isSymbolicLink()) {
      if (kindOnHost(upper) === "none") symlinkSync(readlinkSync(path), upper);
      continue;
    }
    if (!entry.isDirectory()) continue;
    mkdirSync(upper, { recursive: true });
    if (remadeFolders.has(path) || !isReadable(path)) continue;
    if (mounts.some((mount) => mount === path || mount.startsWith(`${path}/`))) {
      table.add(path, path, "none", "rbind,ro");
      continue;
    }
    mkdirSync(join(prepared, "work", entry.name), { recursive: true });
    const options = `lowerdir=${path},upperdir=${layers}/upper/${entry.name},workdir=${layers}/work/${entry.name},userxattr`;
    table.add("overlay", path, "overlay", options);
  }
}

const remadeFolders = new Set(["/proc", "/sys", "/dev", "/tmp", "/run"]);

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** /etc/resolv.conf is often a link into /run, which a sandbox has of its own. */
function exposeResolver(table: MountTable, prepared: string): void {
  mkdirSync(join(prepared, "upper", "run", "systemd", "resolve"), { recursive: true });
  table.add("/run/systemd/resolve", "/run/systemd/resolve", "none", "bind,ro");
}

function makeMountPoint(bind: Bind, done: readonly Bind[], upper: string): void {
  const wantsFolder = statSync(bind.source).isDirectory();
  const around = done.findLast(({ target }) => bind.target.startsWith(`${target}/`));
  if (around !== undefined) {
    makeEntry(join(around.source, relative(around.target, bind.target)), wantsFolder);
    return;
  }
  if (kindOnHost(bind.target) === (wantsFolder ? "folder" : "file")) return;
  const parents: string[] = [];
  for (let path = dirname(bind.target); path !== "/"; path = dirname(path)) parents.unshift(path);
  for (const path of parents) copyFolder(path, join(upper, path));
  makeEntry(join(upper, bind.target), wantsFolder);
}

/** A folder of the upper layer lends the merged one its owner and mode, so it takes those of the host's. */
function copyFolder(path: string, copy: string): void {
  mkdirSync(copy, { recursive: true, mode: 0o755 });
  const original = statSync(path, { throwIfNoEntry: false });
  if (original === undefined) return;
  chmodSync(copy, original.mode & 0o7777);
  if (process.getuid?.() === 0) chownSync(copy, original.uid, original.gid);
}

function makeEntry(path: string, folder: boolean): void {
  if (kindOnHost(path) !== "none") return;
  mkdirSync(folder ? path : dirname(path), { recursive: true });
  if (!folder) writeFileSync(path, "");
}

/** A file in the form of /etc/fstab, so that one `mount -a` does what would be twenty programs. */
class MountTable {
  text = "";
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  add(source: string, target: string, type: string, options: string): void {
    this.text += `${[source, this.#root + target, type, options].map(escapeField).join(" ")} 0 0\n`;
  }
}

function escapeField(text: string): string {
  return text.replace(/[ \t\n\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
