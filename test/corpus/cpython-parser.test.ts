import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CpythonParser } from "../../src/corpus/cpython-parser.ts";

afterEach(() => vi.unstubAllEnvs());

/** Puts a `python3` on the search path that is this shell script. */
async function stubPython(script: string): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-python-"));
  await writeFile(path.join(folder, "python3"), `#!/bin/sh\n${script}\n`);
  await chmod(path.join(folder, "python3"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  return () => rm(folder, { recursive: true, force: true });
}

describe("CpythonParser", () => {
  it("answers many questions in their order, large ones among them", async () => {
    const parser = await CpythonParser.open();
    const texts = Array.from({ length: 200 }, (_, index) =>
      Buffer.from(index % 3 === 0 ? `def f(:\n${"#\n".repeat(index * 500)}` : `x = [${"1, ".repeat(index * 50)}]\n`),
    );
    const answers = await Promise.all(texts.map((text) => parser.accepts(text)));
    expect(answers).toEqual(texts.map((_, index) => index % 3 !== 0));
    await parser.close();
  });

  it.skipIf(process.platform === "win32")("refuses a text on which the process ends, and no other", async () => {
    // Ends without an answer at the text "crash", and accepts every other.
    const program = [
      "import os, struct, sys",
      "while head := sys.stdin.buffer.read(4):",
      "    text = sys.stdin.buffer.read(struct.unpack('<I', head)[0])",
      "    if text == b'crash': os._exit(3)",
      "    os.write(1, bytes([1]))",
    ].join("\n");
    const remove = await stubPython(`PATH=\${PATH#*:} exec python3 -c "${program}"`);
    const parser = await CpythonParser.open();
    const texts = ["a", "crash", "b", "c", "crash", "crash", "d"];
    const answers = await Promise.all(texts.map((text) => parser.accepts(Buffer.from(text))));
    expect(answers).toEqual(texts.map((text) => text !== "crash"));
    await parser.close();
    await remove();
  });

  it.skipIf(process.platform === "win32")("says so where there is a python3 that does not work", async () => {
    const remove = await stubPython("exit 1");
    await expect(CpythonParser.open()).rejects.toThrow("cannot parse a line of Python");
    await remove();
  });
});
