/** SHA-1, SHA-256 and SHA-512 over bytes, and Adler-32: written out because this package has no platform imports. */

function pad(bytes: Uint8Array, block: number, lengthBytes: number): Uint8Array {
  const total = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
  const padded = new Uint8Array(total);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  let bits = BigInt(bytes.length) * 8n;
  for (let index = total - 1; bits > 0n; index--) {
    padded[index] = Number(bits & 255n);
    bits >>= 8n;
  }
  return padded;
}

const rotateLeft = (word: number, count: number) => (word << count) | (word >>> (32 - count));
const rotateRight = (word: number, count: number) => (word >>> count) | (word << (32 - count));
const toHex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");

function sha1Round(step: number, b: number, c: number, d: number): readonly [number, number] {
  if (step < 20) return [(b & c) | (~b & d), 0x5a827999];
  if (step < 40) return [b ^ c ^ d, 0x6ed9eba1];
  if (step < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc];
  return [b ^ c ^ d, 0xca62c1d6];
}

export function sha1(bytes: Uint8Array): string {
  const data = pad(bytes, 64, 8);
  const view = new DataView(data.buffer);
  let state: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const words = new Int32Array(80);
  for (let block = 0; block < data.length; block += 64) {
    for (let step = 0; step < 80; step++) {
      const earlier = (back: number) => words[step - back] ?? 0;
      words[step] =
        step < 16
          ? view.getInt32(block + step * 4)
          : rotateLeft(earlier(3) ^ earlier(8) ^ earlier(14) ^ earlier(16), 1);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let step = 0; step < 80; step++) {
      const [mixed, constant] = sha1Round(step, b, c, d);
      const next = (rotateLeft(a, 5) + mixed + e + constant + (words[step] ?? 0)) | 0;
      [a, b, c, d, e] = [next, a, rotateLeft(b, 30), c, d];
    }
    const added = [a, b, c, d, e];
    state = state.map((word, index) => (word + (added[index] ?? 0)) | 0);
  }
  return state.map(toHex).join("");
}

function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let candidate = 2n; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0n)) found.push(candidate);
  }
  return found;
}

// The first 64 bits after the point of a root, by integer search.
function fractionOfRoot(value: bigint, degree: 2n | 3n): bigint {
  const target = value << (64n * degree);
  let low = 0n;
  let high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return low & 0xffffffffffffffffn;
}

const constants512 = primes(80).map((prime) => fractionOfRoot(prime, 3n));
const initial512 = primes(8).map((prime) => fractionOfRoot(prime, 2n));
const constants256 = Int32Array.from(constants512.slice(0, 64), (word) => Number(word >> 32n) | 0);
const initial256 = initial512.map((word) => Number(word >> 32n) | 0);

export function sha256(bytes: Uint8Array): string {
  const data = pad(bytes, 64, 8);
  const view = new DataView(data.buffer);
  const words = new Int32Array(64);
  let state: readonly number[] = initial256;
  for (let block = 0; block < data.length; block += 64) {
    for (let step = 0; step < 64; step++) {
      const w15 = words[step - 15] ?? 0;
      const w2 = words[step - 2] ?? 0;
      const low = rotateRight(w15, 7) ^ rotateRight(w15, 18) ^ (w15 >>> 3);
      const high = rotateRight(w2, 17) ^ rotateRight(w2, 19) ^ (w2 >>> 10);
      words[step] =
        step < 16 ? view.getInt32(block + step * 4) : (words[step - 16] ?? 0) + low + (words[step - 7] ?? 0) + high;
    }
    const start = state;
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = start;
    for (let step = 0; step < 64; step++) {
      const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (constants256[step] ?? 0) + (words[step] ?? 0)) | 0;
      const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
    }
    const added = [a, b, c, d, e, f, g, h];
    state = start.map((word, index) => (word + (added[index] ?? 0)) | 0);
  }
  return state.map(toHex).join("");
}

const wide = (value: bigint) => BigInt.asUintN(64, value);
const rotateWide = (word: bigint, count: bigint) => (word >> count) | wide(word << (64n - count));

export function sha512(bytes: Uint8Array): string {
  const data = pad(bytes, 128, 16);
  const view = new DataView(data.buffer);
  const words = new BigUint64Array(80);
  let state: readonly bigint[] = initial512;
  for (let block = 0; block < data.length; block += 128) {
    for (let step = 0; step < 80; step++) {
      const w15 = words[step - 15] ?? 0n;
      const w2 = words[step - 2] ?? 0n;
      const low = rotateWide(w15, 1n) ^ rotateWide(w15, 8n) ^ (w15 >> 7n);
      const high = rotateWide(w2, 19n) ^ rotateWide(w2, 61n) ^ (w2 >> 6n);
      words[step] =
        step < 16
          ? view.getBigUint64(block + step * 8)
          : wide((words[step - 16] ?? 0n) + low + (words[step - 7] ?? 0n) + high);
    }
    const start = state;
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = start;
    for (let step = 0; step < 80; step++) {
      const s1 = rotateWide(e, 14n) ^ rotateWide(e, 18n) ^ rotateWide(e, 41n);
      const t1 = h + s1 + ((e & f) ^ (wide(~e) & g)) + (constants512[step] ?? 0n) + (words[step] ?? 0n);
      const s0 = rotateWide(a, 28n) ^ rotateWide(a, 34n) ^ rotateWide(a, 39n);
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [wide(t1 + t2), a, b, c, wide(d + t1), e, f, g];
    }
    const added = [a, b, c, d, e, f, g, h];
    state = start.map((word, index) => wide(word + (added[index] ?? 0n)));
  }
  return state.map((word) => word.toString(16).padStart(16, "0")).join("");
}

export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}
