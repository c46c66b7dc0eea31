/** What an image is: the one description that the Dockerfile, the assembly and the test cluster's image builder follow. */
export interface ImageDescription {
  readonly name: string;
  /** What it stands on: "distroless" has libraries and certificates only, "slim" also a shell, tar and gzip, "scratch" nothing. */
  readonly base: "distroless" | "slim" | "scratch";
  /** What is in it besides. */
  readonly content: AppContent | FilesContent;
  readonly entrypoint: readonly string[];
  /** Nobody is root in any of them. */
  readonly user: string;
  readonly workdir: string;
  readonly env: { readonly [name: string]: string };
}

/** An app of the workspace with the packages that it needs, their production dependencies, and Node. */
export interface AppContent {
  readonly kind: "app";
  readonly folder: string;
}

/** Single files of the workspace, and a static busybox as their interpreter. */
export interface FilesContent {
  readonly kind: "files";
  readonly from: string;
  readonly suffix: string;
  readonly to: string;
  readonly busybox: string;
}

/** Where the workspace's files lie in an image. */
export const appFolder = "/app";

/** Where an image's own Node lies. */
export const nodePath = "/usr/local/bin/node";

/** "nonroot" in distroless images. */
const user = "65532:65532";

function appImage(
  name: string,
  main: string,
  base: ImageDescription["base"],
  flags: readonly string[] = [],
): ImageDescription {
  return {
    ...{
      name,
      base,
      user,
      workdir: appFolder,
      env: { NODE_ENV: "production", NODE_OPTIONS: "--max-semi-space-size=4", MALLOC_ARENA_MAX: "2" },
    },
    content: { kind: "app", folder: `apps/${name}` },
    entrypoint: [nodePath, ...flags, `${appFolder}/apps/${name}/${main}`],
  };
}

export const images: readonly ImageDescription[] = [
  appImage("coordinator", "src/main.js", "distroless"),
  // Artifacts are packed and unpacked by tar and gzip. There is one on every node, where memory is worth more than speed: after some hundred
  // Pods it has a fifth less with the flag, which NODE_OPTIONS does not take.
  appImage("agent", "src/main.js", "slim", ["--optimize-for-size"]),
  appImage("cli", "bin/capstan.mjs", "distroless"),
  // As an init container it puts busybox and the scripts into Pods whose outputs are captured.
  {
    ...{ name: "supervisor", base: "scratch", user, workdir: "/", env: {} },
    content: {
      kind: "files",
      from: "packages/kubernetes/src/pod/supervisor",
      suffix: ".sh",
      to: "/capstan-supervisor",
      busybox: "/bin/busybox",
    },
    entrypoint: ["/bin/busybox"],
  },
];
