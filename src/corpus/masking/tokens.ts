import { looksRandom } from "./randomness.ts";
import { sureToken, unsureToken } from "./token-forms.ts";

/** A piece of a text: its first character and the one behind its last. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Every token is, without a break, at least as many letters, digits and signs of encodings. */
const shortest = 20;
/** A longer run is data. */
const longest = 300;

/** 1 for a character that tokens consist of, 3 for a digit. */
const kinds = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-+/=.")
  kinds[character.charCodeAt(0)] = 1;
for (const digit of "0123456789") kinds[digit.charCodeAt(0)] = 3;

const underscore = "_".charCodeAt(0);

/** Names of what is secret, with what stands between a name and its value; and the header that tokens are sent in. */
const before =
  /(?:(?:secret|token|credentials?|passw(?:or)?d|passphrase|pwd|(?:api|auth|access|account|secret|private|signing|encryption|shared|master|session|storage|license)[-_ ]?key|private_key_id)[\d_]{0,3}["'`\])]{0,3}\s{0,4}(?::? ?=>?|:)\s{0,4}[bru]?["'`]|secret_?access_?key\s{0,4}[:=]\s{0,4}|\b(?:Bearer|Basic) )$/i;

/** Tokens: those of a known form, and texts that look random and that their place calls secret. */
export function tokens(text: string): Piece[] {
  const found: Piece[] = [];
  // No run is missed by a look at every twentieth character.
  for (let at = shortest - 1; at < text.length; at += shortest) {
    if (!isToken(text, at)) continue;
    let start = at;
    while (start > 0 && isToken(text, start - 1)) start--;
    let end = at + 1;
    while (end < text.length && isToken(text, end)) end++;
    if (end - start >= shortest && mayBeSecret(text, start, end)) findIn(text, start, end, found);
    // On to the first twentieth character behind the run.
    at += Math.floor((end - 1 - at) / shortest) * shortest;
  }
  return found;
}

function isToken(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 && kinds[code] !== 0;
}

/** All have digits, save for Hugging Face's, of which some have none. */
function mayBeSecret(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (kinds[code] === 3 || (code === underscore && text.startsWith("hf", at - 2))) return true;
  }
  return false;
}

function findIn(text: string, start: number, end: number, found: Piece[]): void {
  const run = text.slice(start, end);
  const sure = [...run.matchAll(sureToken)];
  const unsure = [...run.matchAll(unsureToken)].filter(([token]) => looksRandom(token));
  for (const { 0: token, index } of [...sure, ...unsure])
    found.push({ start: start + index, end: start + index + token.length });
  if (sure.length + unsure.length > 0 || run.length > longest) return;
  if (before.test(text.slice(Math.max(0, start - 60), start)) && looksRandom(run)) found.push({ start, end });
}
