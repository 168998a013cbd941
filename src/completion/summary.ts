import { tokenKinds } from "../code/tokens.ts";
import { bootstrapInterval, quantile, seededRandom, shareInterval } from "../evaluation/bootstrap.ts";
import type { Interval } from "../evaluation/records.ts";
import {
  type CompletionConfiguration,
  type CompletionSummary,
  completionKind,
  type DocumentRecord,
  type TokenCounts,
} from "./records.ts";
import { allTokens } from "./token-accuracy.ts";

/** As for pass@k. */
const resamples = 2000;
const seed = 20_210_707;

/** Sums up a run. The same documents make the same bytes, in whatever order they were done. */
export function summarizeCompletion(
  { documents: { reference } }: CompletionConfiguration,
  records: readonly DocumentRecord[],
): CompletionSummary {
  const sorted = [...records].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  const bitsPerByte = ratioInterval(sorted.map(({ bits, bytes }) => [bits, bytes]));
  const tokens = sorted.map(({ kinds }) => allTokens(kinds ?? {}));
  const lines = sorted.flatMap(({ line }) => line ?? []);
  return {
    kind: completionKind,
    reference,
    documents: sorted.length,
    bytes: sum(sorted.map(({ bytes }) => bytes)),
    tokens: sum(sorted.map((record) => record.tokens)),
    bitsPerByte,
    perplexityPerByte: {
      value: 2 ** bitsPerByte.value,
      low: 2 ** bitsPerByte.low,
      high: 2 ** bitsPerByte.high,
    },
    tokenAccuracy: ratioInterval(tokens.map(({ right, total }) => [right, total])),
    kinds: sumOfKinds(sorted.map(({ kinds }) => kinds ?? {})),
    lines: lines.length,
    exactMatch: shareInterval(lines.map(({ exact }) => (exact ? 1 : 0))),
    editSimilarity: bootstrapInterval(lines.map(({ similarity }) => similarity)),
  };
}

/**
 * The ratio of two sums over documents with its 95 % percentile bootstrap interval; documents are drawn with replacement
 * (Efron & Tibshirani 1993, sections 10.3 and 13.3).
 */
export function ratioInterval(pairs: readonly (readonly [part: number, whole: number])[]): Interval {
  const random = seededRandom(seed);
  const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const ratios = new Float64Array(pairs.length === 0 ? 1 : resamples).map(() => {
    let [part, whole] = [0, 0];
    for (let draw = 0; draw < pairs.length; draw++) {
      const drawn = pairs[Math.floor(random() * pairs.length)]!;
      part += drawn[0];
      whole += drawn[1];
    }
    return ratio(part, whole);
  });
  ratios.sort();
  const value = ratio(sum(pairs.map(([part]) => part)), sum(pairs.map(([, whole]) => whole)));
  return { value, low: quantile(ratios, 0.025), high: quantile(ratios, 0.975) };
}

function sumOfKinds(counts: readonly TokenCounts[]): TokenCounts {
  const entries = tokenKinds.map((kind) => {
    const own = counts.flatMap((each) => each[kind] ?? []);
    return [kind, { right: sum(own.map(({ right }) => right)), total: sum(own.map(({ total }) => total)) }] as const;
  });
  return Object.fromEntries(entries.filter(([, { total }]) => total > 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
