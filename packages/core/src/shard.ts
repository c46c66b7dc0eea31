/**
 * The shard of a workflow: FNV-1a of `namespace/name`, modulo the number of shards. By name and not by uid, so that a
 * name is reserved and the submit appended in one atomic step of one shard (docs/decisions/0001).
 */
export function shardOf(namespace: string, name: string, shardCount: number): number {
  return fnv1a32(`${namespace}/${name}`) % shardCount;
}

/** FNV-1a, 32 bits, over the UTF-8 bytes of the text. Argo's node ids and pod names use the same hash. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      hash = Math.imul(hash ^ unit, 0x01000193);
      continue;
    }
    for (const byte of utf8Bytes(text.codePointAt(index) ?? unit)) hash = Math.imul(hash ^ byte, 0x01000193);
    if (unit >= 0xd800 && unit < 0xdc00) index++;
  }
  return hash >>> 0;
}

function utf8Bytes(codePoint: number): readonly number[] {
  if (codePoint < 0x800) return [0xc0 | (codePoint >> 6), 0x80 | (codePoint & 0x3f)];
  const last = [0x80 | ((codePoint >> 6) & 0x3f), 0x80 | (codePoint & 0x3f)];
  if (codePoint < 0x10000) return [0xe0 | (codePoint >> 12), ...last];
  return [0xf0 | (codePoint >> 18), 0x80 | ((codePoint >> 12) & 0x3f), ...last];
}
