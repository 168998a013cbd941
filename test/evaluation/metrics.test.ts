import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bootstrapInterval, quantile, seededRandom, shareInterval } from "../../src/evaluation/bootstrap.ts";
import { mean, meanRelativeChange, passAtK, passAtKPerProblem } from "../../src/evaluation/metrics.ts";

function binomial(n: bigint, k: bigint): bigint {
  let result = 1n;
  for (let i = 1n; i <= k; i++) result = (result * (n - k + i)) / i;
  return k > n ? 0n : result;
}

/** 1 - C(n-c, k) / C(n, k) in whole numbers, rounded once at the end. */
function exactPassAtK(n: number, c: number, k: number): number {
  const all = binomial(BigInt(n), BigInt(k));
  const wrong = binomial(BigInt(n - c), BigInt(k));
  const scale = 10n ** 18n;
  return Number(((all - wrong) * scale) / all) / 1e18;
}

const cases = fc
  .integer({ min: 1, max: 400 })
  .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.integer({ min: 1, max: n })));

describe("pass@k", () => {
  it("agrees with the exact binomial formula", () => {
    fc.assert(
      fc.property(cases, ([n, c, k]) => {
        expect(passAtK(n, c, k)).toBeCloseTo(exactPassAtK(n, c, k), 12);
      }),
      { numRuns: 1000 },
    );
  });

  it("grows with k and with the number of right samples, and stays within 0 and 1", () => {
    fc.assert(
      fc.property(cases, ([n, c, k]) => {
        const score = passAtK(n, c, k);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        if (k < n) expect(passAtK(n, c, k + 1)).toBeGreaterThanOrEqual(score - 1e-12);
        if (c < n) expect(passAtK(n, c + 1, k)).toBeGreaterThanOrEqual(score - 1e-12);
      }),
    );
  });

  it("is the share of right samples for k = 1, and all or nothing for one greedy sample", () => {
    fc.assert(
      fc.property(cases, ([n, c]) => {
        expect(passAtK(n, c, 1)).toBeCloseTo(c / n, 12);
      }),
    );
    expect(passAtK(1, 1, 1)).toBe(1);
    expect(passAtK(1, 0, 1)).toBe(0);
  });

  it("is exactly 1 when fewer than k samples are wrong, and exactly 0 when none is right", () => {
    expect(passAtK(200, 101, 100)).toBe(1);
    expect(passAtK(200, 0, 100)).toBe(0);
  });

  it("refuses what has no estimate", () => {
    expect(() => passAtK(5, 1, 6)).toThrow("pass@6 is not defined for 1 right of 5 samples");
    expect(() => passAtK(5, 6, 1)).toThrow(RangeError);
    expect(() => passAtK(5, 1, 0)).toThrow(RangeError);
    expect(() => passAtK(5, 1.5, 1)).toThrow(RangeError);
  });

  it("leaves out problems that lost samples to infrastructure errors and have fewer than k", () => {
    const problems = [
      { judged: 10, passed: 5 },
      { judged: 2, passed: 2 },
      { judged: 0, passed: 0 },
    ];
    expect(passAtKPerProblem(problems, 1)).toEqual([0.5, 1]);
    expect(passAtKPerProblem(problems, 10)).toEqual([1]);
  });
});

describe("mean relative change", () => {
  it("is the mean of the relative changes over shared k", () => {
    expect(meanRelativeChange({ 1: 0.1, 10: 0.2, 50: 0.4 }, { 1: 0.15, 10: 0.2, 100: 0.9 })).toBeCloseTo(0.25, 12);
  });

  it("repeats the published figure for CodeParrot and the forum data on the k of table 1", () => {
    // bimodal-stackoverflow.md, table 1: 3.80, 6.40, 10.84 to 5.53, 8.83, 15.78.
    const change = meanRelativeChange({ 1: 3.8, 10: 6.4, 100: 10.84 }, { 1: 5.53, 10: 8.83, 100: 15.78 });
    expect(change).toBeCloseTo((1.73 / 3.8 + 2.43 / 6.4 + 4.94 / 10.84) / 3, 12);
  });

  it("is undefined where a score to compare with is 0 or nothing is shared", () => {
    expect(meanRelativeChange({ 1: 0 }, { 1: 0.5 })).toBeUndefined();
    expect(meanRelativeChange({ 1: 0.2 }, { 10: 0.5 })).toBeUndefined();
  });
});

describe("bootstrap", () => {
  it("repeats itself, encloses the mean, and is a point where all problems agree", () => {
    const values = Array.from({ length: 164 }, (_, index) => (index % 3 === 0 ? 1 : 0));
    const interval = bootstrapInterval(values);
    expect(bootstrapInterval(values)).toEqual(interval);
    expect(interval.value).toBeCloseTo(mean(values), 12);
    expect(bootstrapInterval([1, 1, 1])).toEqual({ value: 1, low: 1, high: 1 });
    expect(bootstrapInterval([])).toEqual({ value: 0, low: 0, high: 0 });
  });

  it("is exact for shares where all problems agree", () => {
    const none = shareInterval(Array<number>(20).fill(0));
    expect([none.low, none.value, none.high.toFixed(4)]).toEqual([0, 0, "0.1684"]);
    // That bound is the share of which none in 20 is seen with a probability of 2.5 %.
    expect((1 - none.high) ** 20).toBeCloseTo(0.025, 12);
    const all = shareInterval(Array<number>(20).fill(1));
    expect([all.low.toFixed(4), all.value, all.high]).toEqual(["0.8316", 1, 1]);
    const some = [0, 0.5, 1, 1];
    expect(shareInterval(some)).toEqual(bootstrapInterval(some));
    expect(shareInterval([])).toEqual({ value: 0, low: 0, high: 0 });
  });

  it("agrees with the normal approximation for many problems", () => {
    const values = Array.from({ length: 1000 }, (_, index) => (index < 300 ? 1 : 0));
    const { low, high } = bootstrapInterval(values);
    const halfWidth = 1.96 * Math.sqrt((0.3 * 0.7) / 1000);
    expect(low).toBeCloseTo(0.3 - halfWidth, 2);
    expect(high).toBeCloseTo(0.3 + halfWidth, 2);
  });

  it("covers the true score about 95 times in 100", () => {
    const random = seededRandom(1);
    let covered = 0;
    for (let experiment = 0; experiment < 400; experiment++) {
      const values = Array.from({ length: 100 }, () => (random() < 0.4 ? 1 : 0));
      const { low, high } = bootstrapInterval(values, 400, experiment);
      if (low <= 0.4 && 0.4 <= high) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.9);
    expect(covered / 400).toBeLessThan(0.98);
  });

  it("interpolates quantiles", () => {
    expect(quantile([0, 1, 2, 3], 0.5)).toBe(1.5);
    expect(quantile([7], 0.975)).toBe(7);
  });
});
