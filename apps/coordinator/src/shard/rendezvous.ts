import { fnv1a32 } from "@capstan/core";

/** The coordinator that is to own a shard: each gets an even share, and one that comes or goes moves only its own. */
export function ownerOf(shard: number, coordinators: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestWeight = -1;
  for (const coordinator of coordinators) {
    const weight = mixed(fnv1a32(`${coordinator} ${shard}`));
    if (weight > bestWeight) {
      best = coordinator;
      bestWeight = weight;
    }
  }
  return best;
}

/** FNV's high bits hardly depend on the last characters, which is all that shards differ by: spread them (murmur3's finalizer). */
function mixed(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
