import { type CodeToken, type TokenKind, tokenKinds } from "../code/tokens.ts";
import type { TextScore } from "../model/model.ts";
import type { TokenCounts } from "./records.ts";

/**
 * How many of a program's tokens the model predicted, by kind. A token counts as predicted when each of the model's tokens that
 * share a character with it was the likeliest one, given the true text before it (CodeXGLUE's code completion, Lu et al. 2021,
 * section 3.5, judges its subwords joined to tokens in the same way). A token that begins the text and has nothing before it is not counted.
 */
export function countTokens(tokens: readonly CodeToken[], { pieces }: TextScore): TokenCounts {
  const counts = new Map<TokenKind, { right: number; total: number }>();
  let first = 0;
  for (const { kind, start, end } of tokens) {
    while (first < pieces.length && pieces[first]!.end <= start) first++;
    let right = true;
    let asked = first < pieces.length;
    for (let index = first; index < pieces.length && pieces[index]!.start < end; index++) {
      if (pieces[index]!.logProbability === null) asked = false;
      right &&= pieces[index]!.isLikeliest;
    }
    if (!asked) continue;
    const count = counts.get(kind) ?? { right: 0, total: 0 };
    counts.set(kind, { right: count.right + (right ? 1 : 0), total: count.total + 1 });
  }
  return Object.fromEntries(tokenKinds.flatMap((kind) => (counts.has(kind) ? [[kind, counts.get(kind)!]] : [])));
}

/** All kinds together, without comments, which CodeXGLUE's data do not have. */
export function allTokens(counts: TokenCounts): { right: number; total: number } {
  let [right, total] = [0, 0];
  for (const kind of tokenKinds) {
    if (kind === "comment") continue;
    right += counts[kind]?.right ?? 0;
    total += counts[kind]?.total ?? 0;
  }
  return { right, total };
}
