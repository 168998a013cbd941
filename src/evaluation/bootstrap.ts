import { mean } from "./metrics.ts";
import type { Interval } from "./records.ts";

/** Resamples of a bootstrap: enough for a 95 % interval that is stable to a tenth of its width. */
const defaultResamples = 2000;

/** The same in every run, so that equal verdicts make equal intervals. */
const defaultSeed = 20_210_707;

/**
 * Uniform numbers in [0, 1) that a seed determines (mulberry32, Tommy Ettinger, public domain). Good enough to choose
 * resamples; not for secrets.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * The mean of values, one a problem, with its 95 % percentile bootstrap interval: problems are drawn with replacement
 * (Efron & Tibshirani 1993, "An Introduction to the Bootstrap", section 13.3). It says how far the score would move with
 * other problems of the same kind. Without values everything is 0.
 */
export function bootstrapInterval(
  values: readonly number[],
  resamples: number = defaultResamples,
  seed: number = defaultSeed,
): Interval {
  if (values.length === 0) return { value: 0, low: 0, high: 0 };
  const random = seededRandom(seed);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++) sum += values[Math.floor(random() * values.length)] ?? 0;
    means[resample] = sum / values.length;
  }
  means.sort();
  return { value: mean(values), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/**
 * The mean of shares from 0 to 1, one a problem, with its 95 % interval: that of the bootstrap, and where all are 0 or all
 * are 1 the exact one of Clopper and Pearson (1934), since drawing again from what is all alike would feign certainty.
 */
export function shareInterval(shares: readonly number[]): Interval {
  const interval = bootstrapInterval(shares);
  if (shares.length === 0) return interval;
  const bound = 0.025 ** (1 / shares.length);
  if (shares.every((share) => share === 0)) return { ...interval, high: 1 - bound };
  if (shares.every((share) => share === 1)) return { ...interval, low: bound };
  return interval;
}

/** A quantile of sorted numbers, interpolated between neighbours. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? 0;
  return below + (above - below) * (position - Math.floor(position));
}
