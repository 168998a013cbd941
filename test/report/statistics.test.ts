import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spread } from "../../src/report/charts/lines.ts";
import { shortenAll } from "../../src/report/charts/render.ts";
import { mcNemarExact, signFlipTest } from "../../src/report/statistics.ts";

describe("McNemar's exact test", () => {
  it("gives the two-sided binomial probability, computed by hand", () => {
    // 2 (C(12,0) + C(12,1) + C(12,2)) / 2^12 = 2 * 79 / 4096
    expect(mcNemarExact(10, 2)).toBeCloseTo(158 / 4096, 12);
    expect(mcNemarExact(2, 10)).toBeCloseTo(158 / 4096, 12);
    expect(mcNemarExact(5, 0)).toBeCloseTo(2 / 32, 12);
  });

  it("is 1 where nothing changed or as much was gained as lost", () => {
    expect(mcNemarExact(0, 0)).toBe(1);
    expect(mcNemarExact(7, 7)).toBe(1);
  });

  it("stays a probability for thousands of changes", () => {
    expect(mcNemarExact(600, 400)).toBeGreaterThan(0);
    expect(mcNemarExact(600, 400)).toBeLessThan(1e-9);
    expect(mcNemarExact(5000, 4990)).toBeGreaterThan(0.9);
  });
});

describe("the sign-flip test", () => {
  it("counts sign patterns at least as extreme, by hand", () => {
    // Of the 8 sums ±1±2±3, two reach |6|; of 1 - 2 + 3 = 2, six reach |2|.
    expect(signFlipTest([1, 2, 3])).toBe(2 / 8);
    expect(signFlipTest([1, -2, 3])).toBe(6 / 8);
    expect(signFlipTest([0, 0, 0.5])).toBe(1);
    expect(signFlipTest([])).toBe(1);
  });

  it("is McNemar's test where every difference is one problem", () => {
    fc.assert(
      fc.property(fc.nat(8), fc.nat(8), fc.nat(20), (gained, lost, unchanged) => {
        const differences = [
          ...Array(gained).fill(1),
          ...Array(lost).fill(-1),
          ...Array(unchanged).fill(0),
        ] as number[];
        expect(signFlipTest(differences)).toBeCloseTo(mcNemarExact(gained, lost), 9);
      }),
    );
  });

  it("comes near the exact value where it samples", () => {
    const differences = [...Array(30).fill(1), ...Array(15).fill(-1)] as number[];
    expect(Math.abs(signFlipTest(differences) - mcNemarExact(30, 15))).toBeLessThan(0.01);
  });

  it("is a probability, never 0, and does not know which run came first", () => {
    const shares = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(shares, (differences) => {
        const p = signFlipTest(differences);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        if (differences.length <= 16) expect(signFlipTest(differences.map((value) => -value))).toBe(p);
      }),
      { numRuns: 50 },
    );
  });

  it("rejects about as often as it says where the runs are equal", () => {
    // Differences symmetric around 0, in a fixed pseudo-random order: p must not pile up near 0.
    const ps = Array.from({ length: 200 }, (_, run) =>
      signFlipTest(Array.from({ length: 12 }, (__, at) => (Math.sin(run * 37.7 + at * 12.9898) * 43758.5453) % 1)),
    );
    const rejected = ps.filter((p) => p <= 0.05).length;
    expect(rejected).toBeLessThan(25);
  });
});

describe("long names", () => {
  it("keep their ends, where names often differ", () => {
    expect(shortenAll(["a-model-of-ours-base", "a-model-of-ours-chat"], 11)).toEqual(["a-mo…-base", "a-mo…-chat"]);
    expect(shortenAll(["same", "same"], 11)).toEqual(["same", "same"]);
  });

  it("keep what differs where that is in the middle", () => {
    const names = [7, 8, 13].map((number) => `a-long-beginning-${number}-and-a-long-end`);
    expect(shortenAll(names, 12)).toEqual(["…ing-7-and…", "…ing-8-and…", "…ing-13-and…"]);
    expect(shortenAll(["x-1-a-very-long-end", "x-2-a-very-long-end", "x-3"], 9)).toContain("x-3");
  });
});

describe("labels at the ends of lines", () => {
  it("stay where they are as far as they have room", () => {
    expect(spread([1, 5, 9], 2)).toEqual([1, 5, 9]);
  });

  it("stay above the axis", () => {
    expect(spread([0, 0, 1], 2)).toEqual([0, 2, 4]);
  });

  it("stay below the top as far as there is room", () => {
    expect(spread([9, 10, 10], 2, 10)).toEqual([6, 8, 10]);
    expect(spread([10, 10, 10], 6, 10)).toEqual([0, 6, 12]);
  });

  it("move apart evenly where they do not", () => {
    expect(spread([5, 5], 2)).toEqual([4, 6]);
    expect(spread([1, 5, 5, 5, 20], 2)).toEqual([1, 3, 5, 7, 20]);
  });

  it("are at least the distance apart and keep their order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 12 }), (values) => {
        const placed = spread(
          values.toSorted((a, b) => a - b),
          5,
        );
        for (let index = 1; index < placed.length; index++) {
          expect(placed[index]! - placed[index - 1]!).toBeGreaterThanOrEqual(5 - 1e-9);
        }
      }),
    );
  });
});
