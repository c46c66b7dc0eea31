import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** File systems with files of people's own; the kernel's and the run-time ones are mounted anew or left out. */
const diskTypes = /^(ext[234]|xfs|btrfs|zfs|f2fs|overlay|squashfs|nfs4?|virtiofs|9p|vfat|fuse.*|cifs|bcachefs)$/;
const remade = /^\/(proc|sys|dev|tmp|run)(\/|$)/;

/** Roots of other containers, as container engines call them: nobody's files, and gone at any moment, so that mounting them would fail. */
const containerRoots = /\/(rootfs|merged)$|\/tmpmounts\//;

/** Mount points, besides the root, whose files a sandbox should see: an overlay of `/` shows only the root's own file system. */
export function hostMounts(mountInfo = readMountInfo()): readonly string[] {
  const shown = mounts(mountInfo).filter(
    ({ path, type }) =>
      path !== "/" &&
      !remade.test(path) &&
      diskTypes.test(type) &&
      !(type.includes("overlay") && containerRoots.test(path)),
  );
  return [...new Set(shown.map(({ path }) => path))].sort((left, right) => left.length - right.length);
}

/** Every mount point of this machine. */
export function mountPoints(): readonly string[] {
  return mounts(readMountInfo()).map(({ path }) => path);
}

function readMountInfo(): string {
  return readFileSync("/proc/self/mountinfo", "utf8");
}

function mounts(mountInfo: string): readonly { readonly path: string; readonly type: string }[] {
  const lines = mountInfo.trim().split("\n");
  return lines.map((line) => {
    const [mount = "", filesystem = ""] = line.split(" - ");
    const path = (mount.split(" ")[4] ?? "/").replace(/\\([0-7]{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
    return { path, type: filesystem.split(" ")[0] ?? "" };
  });
}

/** The path without symbolic links in its existing part: a mount would follow an absolute one out of the container's root. */
export function resolveOnHost(path: string): string {
  let existing = path;
  let rest = "";
  for (;;) {
    try {
      return join(realpathSync(existing), rest);
    } catch {
      if (existing === "/") return path;
      rest = join(existing.slice(dirname(existing).length).replace(/^\//, ""), rest);
      existing = dirname(existing);
    }
  }
}

export function kindOnHost(path: string): "folder" | "file" | "none" {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return "none";
  return found.isDirectory() ? "folder" : "file";
}
