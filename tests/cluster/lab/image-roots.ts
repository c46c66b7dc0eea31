import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { nodePath } from "../../../deploy/docker/images.ts";

/**
 * The root folders of images that Capstan's stand on, out of this machine's own programs, as no registry of images can be reached: what the
 * Dockerfile gets from distroless and Debian, and Redis.
 */
export const imageRoots = {
  /** Libraries of Node and certificates, like distroless' cc. */
  distroless(root: string): void {
    accounts(root);
    libraries(root, [process.execPath]);
  },
  /** The same with a shell, tar and gzip. */
  slim(root: string): void {
    imageRoots.distroless(root);
    programs(root, ["/bin/sh", "/bin/tar", "/bin/gzip"]);
  },
  /** Debian's Redis, and busybox for the shell that prepares it. */
  redis(root: string): void {
    accounts(root);
    programs(root, ["/usr/bin/redis-server", "/usr/bin/redis-cli"]);
    busybox(root);
    for (const applet of ["sh", "sed", "cat", "cut", "grep", "sha256sum"])
      symlinkSync("busybox", join(root, "bin", applet));
  },
  scratch(root: string): void {
    mkdirSync(root, { recursive: true });
  },
} as const;

/** The machine's static busybox where images have theirs. */
export function busybox(root: string): void {
  programs(root, ["/bin/busybox"]);
}

function accounts(root: string): void {
  for (const folder of ["etc/ssl/certs", "tmp", "home/nonroot", "usr/bin", "bin", dirname(nodePath)])
    mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  writeFileSync(
    join(root, "etc/passwd"),
    "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
  );
  writeFileSync(join(root, "etc/group"), "root:x:0:\nnonroot:x:65532:\n");
  writeFileSync(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
  const certificates = "/etc/ssl/certs/ca-certificates.crt";
  if (existsSync(certificates)) cpSync(realpathSync(certificates), join(root, certificates));
}

/** Programs at their own paths, with the libraries that they need. */
function programs(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(realpathSync(path), join(root, path));
  }
  libraries(root, paths);
}

function libraries(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    for (const library of librariesOf(path)) {
      mkdirSync(dirname(join(root, library)), { recursive: true });
      cpSync(realpathSync(library), join(root, library));
    }
  }
}

function librariesOf(program: string): readonly string[] {
  try {
    const said = execFileSync("ldd", [realpathSync(program)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return [...said.matchAll(/\/[^\s)]+\.so[^\s)]*/g)].map(([path]) => path);
  } catch {
    return []; // A static program.
  }
}
