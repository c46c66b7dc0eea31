import { expect, test } from "vitest";
import { hostMounts } from "./host-file-system.ts";

test("a sandbox sees the host's disks, not what it has of its own and not the roots of other containers", () => {
  const line = (path: string, type: string) => `36 35 98:0 / ${path} rw,noatime shared:1 - ${type} /dev/x rw`;
  const mountInfo = [
    line("/", "ext4"),
    line("/proc", "proc"),
    line("/tmp", "ext4"),
    line("/home/us/my\\040disk", "xfs"),
    line("/home", "ext4"),
    line("/var/lib/docker/overlay2/4f/merged", "overlay"),
    line("/root/run/io.containerd.runtime.v2.task/k8s.io/c4c2/rootfs", "overlay"),
    line("/var/lib/containerd/tmpmounts/containerd-mount38", "overlay"),
    line("/home/us/.local/share/containers/storage/overlay/4f/merged", "fuse.fuse-overlayfs"),
    line("/srv/merged", "ext4"),
    line("/srv/layers", "overlay"),
    line("/var/lib/kubelet/pods/1/volumes/token", "tmpfs"),
  ].join("\n");
  expect(hostMounts(mountInfo)).toEqual(["/home", "/srv/merged", "/srv/layers", "/home/us/my disk"]);
});
