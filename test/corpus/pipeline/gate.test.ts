import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Gate } from "../../../src/corpus/pipeline/gate.ts";
import { KeySet } from "../../../src/corpus/pipeline/key-set.ts";

/** Keys that differ in more than the bit that a KeySet gives up. */
const key = fc.nat(500).map((value) => [Math.imul(value, 0x9e3779b1) >>> 0, value * 2]);

describe("KeySet", () => {
  it("is a set, through every growth", () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 3000 }), (keys) => {
        const set = new KeySet(2);
        const plain = new Set<number>();
        for (const [first, second] of keys) {
          const words = Uint32Array.of(9, first!, second!);
          expect(set.has(words, 1)).toBe(plain.has(second!));
          expect(set.add(words, 1)).toBe(!plain.has(second!));
          plain.add(second!);
          expect(set.size).toBe(plain.size);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("holds a hundred thousand keys, the zero key among them", () => {
    const set = new KeySet(4);
    const words = (index: number) => Uint32Array.of(Math.imul(index, 0x9e3779b1), index, 0, index * 2);
    let [added, found] = [0, 0];
    for (let index = 0; index < 100_000; index++) if (set.add(words(index), 0)) added++;
    for (let index = 0; index < 100_000; index++) if (set.has(words(index), 0)) found++;
    expect({ added, found }).toEqual({ added: 100_000, found: 100_000 });
    expect(set.has(words(100_000), 0)).toBe(false);
  });
});

describe("Gate", () => {
  const keys = (...values: number[]) => Uint32Array.from(values.map((value) => value * 2));

  it("decides in the order of the tasks, whoever comes first", async () => {
    const gate = new Gate(1, 1, () => undefined);
    const third = gate.pass(2, keys(1, 4));
    const second = gate.pass(1, keys(2, 3, 3));
    const first = gate.pass(0, keys(1, 2));
    expect([...(await first)]).toEqual([1, 1]);
    expect([...(await second)]).toEqual([0, 1, 0]);
    expect([...(await third)]).toEqual([0, 1]);
  });

  it("takes the keys of finished tasks in their turn", async () => {
    const finished = new Map([
      [1, keys(7)],
      [2, keys(8)],
    ]);
    const gate = new Gate(1, 1, (task) => (finished.has(task) ? Promise.resolve(finished.get(task)!) : undefined));
    const last = gate.pass(3, keys(5, 7, 8, 9));
    expect([...(await gate.pass(0, keys(5, 7)))]).toEqual([1, 1]);
    expect([...(await last)]).toEqual([0, 0, 0, 1]);
  });

  it("lets no key in of a document that it turns away", async () => {
    const gate = new Gate(2, 1, () => undefined);
    // The second shares its first band with the first; the third shares only the second one's other band.
    expect([...(await gate.pass(0, keys(1, 2, 1, 3, 4, 3)))]).toEqual([1, 0, 1]);
  });

  it("fails whoever waits when finished keys cannot be read", async () => {
    const gate = new Gate(1, 1, (task) => (task === 0 ? Promise.reject(new Error("torn")) : undefined));
    await expect(gate.pass(1, keys(1))).rejects.toThrow("torn");
  });
});
