import { describe, expect, it } from "vitest";
import { openSource } from "../../../src/corpus/open-source.ts";

describe("corpus source standard-library", () => {
  it("reads the library of the python3 on the search path, and none of the installed packages", async () => {
    const reference = "python-standard-library";
    const source = await openSource(reference);
    expect(source.name).toBe("standard-library");
    const parts = await source.parts(reference, (path) => path.endsWith(".py"));
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(5e6);
    expect(await source.parts(reference, (path) => path.endsWith(".py"))).toEqual(parts);
    const paths = new Set<string>();
    for (const part of structuredClone(parts)) {
      for await (const found of source.read(part)) {
        expect(found.repo).toMatch(/^cpython-3\.\d+\.\d+/);
        if ("content" in found) expect(found).toMatchObject({ license: "PSF-2.0", stars: null });
        paths.add(found.path);
      }
    }
    expect(paths.has("json/decoder.py")).toBe(true);
    expect([...paths].some((path) => /(site|dist)-packages\//.test(path))).toBe(false);
  });
});
