/** Kind of every ASCII character: 0 blank, 1 part of a word, 2 a symbol of its own. */
const kinds = new Uint8Array(128);
for (let code = 33; code < 127; code++) kinds[code] = /\w/.test(String.fromCharCode(code)) ? 1 : 2;

let hashes = new Uint32Array(1 << 16);

/**
 * The words of a text, in order, each as a 32-bit hash (FNV-1a): runs of letters, digits, underscores and non-ASCII
 * characters, in lower case; every other visible character is a word of its own. Layout makes no difference.
 *
 * @returns a view that the next call overwrites
 */
export function wordHashes(text: string): Uint32Array {
  if (hashes.length < text.length) hashes = new Uint32Array(Math.max(text.length, hashes.length * 2));
  let count = 0;
  let hash = 0;
  let inWord = false;
  for (let index = 0; index < text.length; index++) {
    let code = text.charCodeAt(index);
    const kind = code < 128 ? kinds[code] : 1;
    if (kind === 1) {
      if (code >= 65 && code <= 90) code += 32;
      hash = Math.imul((inWord ? hash : 0x811c9dc5) ^ code, 0x01000193);
      inWord = true;
      continue;
    }
    if (inWord) hashes[count++] = hash;
    inWord = false;
    if (kind === 2) hashes[count++] = Math.imul(0x811c9dc5 ^ code, 0x01000193);
  }
  if (inWord) hashes[count++] = hash;
  return hashes.subarray(0, count);
}

/** Mixes a 32-bit number so that every bit of it bears on every bit of the result (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
