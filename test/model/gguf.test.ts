import { copyFile, mkdtemp, stat, truncate, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readGguf } from "../../src/model/gguf.ts";
import { openModel } from "../../src/model/open-model.ts";

const whole = path.join(import.meta.dirname, "..", "fixtures", "model-1m", "model-1m.gguf");

async function newFile(name: string): Promise<string> {
  return path.join(await mkdtemp(path.join(os.tmpdir(), "gguf-")), name);
}

async function cut(bytes: number): Promise<string> {
  const file = await newFile("cut.gguf");
  await copyFile(whole, file);
  await truncate(file, bytes);
  return file;
}

describe("a GGUF file", () => {
  it("says what is in it", async () => {
    expect(await readGguf(whole)).toMatchObject({ architecture: "llama", contextLength: 1024, hasChatTemplate: false });
  });

  it.each([4, 20, 100, 5000, 20_000, 600_000, -1])("that is cut off after %i bytes says so", async (bytes) => {
    const size = bytes < 0 ? (await stat(whole)).size + bytes : bytes;
    const file = await cut(size);
    await expect(readGguf(file)).rejects.toThrow(`${file}: it is cut off: it has ${size} bytes, and its head promises`);
  });

  it("that is none says so", async () => {
    const file = await newFile("none.gguf");
    await writeFile(file, "Not found");
    await expect(readGguf(file)).rejects.toThrow("it is no readable GGUF file (Invalid GGUF magic");
  });

  it("that is cut off is not loaded, and the error says why", async () => {
    const file = await cut(600_000);
    await expect(openModel(file, { processes: 1, slots: 1 })).rejects.toThrow(
      /cut\.gguf: it is cut off: .* Download or copy it again\.$/,
    );
  });
});
