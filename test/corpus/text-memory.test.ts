import { describe, expect, it } from "vitest";
import { TextMemory } from "../../src/corpus/text-memory.ts";

describe("TextMemory", () => {
  it("never gives the same room twice until it is taken back, whatever the sizes", () => {
    const memory = new TextMemory(2);
    const sizes = [0, 1, 3_000_000, 2_000_000, 4 << 20, 1, 5_000_000, 3_000_000, 100];
    const texts = sizes.map((size, index) => memory.allocate(size).fill(index + 1));
    for (const [index, text] of texts.entries()) {
      expect(text.length).toBe(sizes[index]);
      expect(text.every((byte) => byte === index + 1)).toBe(true);
    }
    memory.reuse();
    expect(memory.allocate(10).buffer).toBe(texts[1]!.buffer);
  });
});
