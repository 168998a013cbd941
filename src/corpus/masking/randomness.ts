/** What stands for a secret in an example, or is counted up. */
const placeholder =
  /example|placeholder|dummy|sample|changeme|change[-_]me|insert|replace|redacted|your[-_]|my[-_]|fake|xxxx|0000|1111|aaaa|\*\*\*|\.\.\.|abcdefgh|12345678|23456789|deadbeef|01234567|foobar|test/i;

/** Shannon entropy of the characters of a text, in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / text.length) * Math.log2(count / text.length);
  return sum;
}

/**
 * Whether a text is one that a generator of keys writes: a long run of mixed letters and digits, Names, paths
 * and versions have shorter runs. The limits on entropy are below what 19 of 20 random texts of 16 characters reach.
 */
export function looksRandom(text: string): boolean {
  if (placeholder.test(text)) return false;
  const bits = entropy(text);
  if (/^[0-9a-f-]+$/i.test(text)) return text.length >= 20 && bits >= 2.8 && isMixed(text, 12);
  if (bits < 3.3) return false;
  return isMixed(text, 12);
}

/** Whether it has a run of letters and digits of that length, in which both change often. */
function isMixed(text: string, length: number): boolean {
  for (const [run] of text.matchAll(/[A-Za-z0-9]+/g)) {
    if (run.length < length) continue;
    const changes = run.match(/[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])|[a-z](?=[A-Z])/g)?.length ?? 0;
    if (/\d/.test(run) && changes >= run.length / 8) return true;
  }
  return false;
}

/** Whether a text is a password that somebody chose with care: of three kinds of characters, and no word that stands for one. */
export function looksChosen(text: string): boolean {
  if (text.length < 8 || text.length > 64 || placeholder.test(text)) return false;
  if (/pass|pwd|secret|user|^[A-Z][a-z]+\d{1,4}$|[{}<>()[\]\\/:,;]|%[sd]|^[$%]|\.[a-z]+$/i.test(text)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
  return /\d/.test(text) && kinds >= 3 && entropy(text) >= 2.75;
}
