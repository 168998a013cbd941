import { createHash } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { catalogue, defaultModel } from "../../src/model/catalogue.ts";
import { findModelFile, parseModelFileReference, pullModel, sha256OfModel } from "../../src/model/model-files.ts";
import { openModel } from "../../src/model/open-model.ts";

const content = Buffer.from("not really a model");
const sha256 = createHash("sha256").update(content).digest("hex");

describe("references", () => {
  it.each([
    ["qwen2.5-coder-0.5b-instruct", "catalogue"],
    ["Qwen2.5-Coder-0.5B-Instruct", "catalogue"],
    ["model.gguf", "path"],
    ["./some/folder/model.gguf", "path"],
    ["some/folder/model.gguf", "path"],
    ["owner/name", "hub"],
    ["owner/name:model.gguf", "hub"],
    ["hf:owner/name/model.gguf", "hub"],
    ["hf:owner/name/folder/model.gguf", "hub"],
    ["hf:owner", undefined],
    ["owner/name:../../secret.gguf", undefined],
    ["gpt-4", undefined],
    ["../..", undefined],
  ])("%s is %s", (reference, kind) => {
    expect(parseModelFileReference(reference)?.kind).toBe(kind);
  });

  it("name what was probably meant", async () => {
    await expect(openModel("qwen2.5-coder-0.5-instruct")).rejects.toThrow(
      'model "qwen2.5-coder-0.5-instruct": there is no such one. Did you mean qwen2.5-coder-0.5b-instruct?',
    );
    await expect(openModel("qwen")).rejects.toThrow("Did you mean qwen2.5-coder-0.5b-instruct?");
    await expect(openModel("nothing-like-it-at-all")).rejects.toThrow(/Name one of: qwen.*PATH\.gguf.*openai:MODEL/);
    await expect(openModel("./missing.gguf")).rejects.toThrow('model "./missing.gguf": there is no such file.');
  });
});

describe("the catalogue", () => {
  it("pins every model by hash and size, with its home before the mirror", () => {
    expect(catalogue.map(({ name }) => name)).toContain(defaultModel);
    for (const { file } of catalogue) {
      expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(file.bytes).toBeGreaterThan(1e6);
      expect(file.sources.map(({ kind }) => kind)).toEqual(["url", "wheels"]);
      const [home] = file.sources;
      expect(home!.kind === "url" && home!.url).toMatch(/\/resolve\/[0-9a-f]{40}\//);
    }
  });
});

describe("a file of a catalogue model", () => {
  it("is refused where its content has changed", async () => {
    const [model] = catalogue;
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), "apprentice-changed-")), "changed.gguf");
    await writeFile(file, content);
    await expect(sha256OfModel(model!.name, file)).rejects.toThrow(
      `model "${model!.name}": ${file} has the sha256 ${sha256}, and the catalogue pins ${model!.file.sha256}. Delete the file and run: apprentice model pull ${model!.name}`,
    );
    expect(await sha256OfModel("owner/name", file)).toBe(sha256);
  });
});

describe("the hub", () => {
  const environment = { ...process.env };
  let server: ReturnType<typeof createServer>;
  let asked: string[];
  let files: string[];

  beforeEach(async () => {
    asked = [];
    files = ["model-q4_k_m.gguf", "model-q8_0.gguf"];
    server = createServer((incoming, response) => {
      asked.push(`${incoming.url} ${incoming.headers.authorization ?? ""}`.trim());
      if (incoming.url?.startsWith("/api/models/owner/name")) {
        const siblings = [...files, "README.md"].map((rfilename) => ({
          rfilename,
          size: content.length,
          ...(rfilename.endsWith(".gguf") ? { lfs: { sha256 } } : {}),
        }));
        response.end(JSON.stringify({ sha: "abc", siblings }));
      } else if (incoming.url?.startsWith("/owner/name/resolve/abc/")) response.end(content);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env.HF_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.APPRENTICE_HOME = await mkdtemp(path.join(os.tmpdir(), "apprentice-hub-"));
  });
  afterEach(() => {
    process.env = { ...environment };
    server.closeAllConnections();
    server.close();
  });

  it("gives the file that is named, at the revision of now, and works offline afterwards", async () => {
    const file = await pullModel("owner/name:model-q8_0.gguf");
    expect(await readFile(file)).toEqual(content);
    expect(asked.at(-1)).toBe("/owner/name/resolve/abc/model-q8_0.gguf");
    const before = asked.length;
    expect(await pullModel("hf:owner/name/model-q8_0.gguf")).toBe(file);
    expect(asked).toHaveLength(before);
  });

  it("takes the usual quantisation when none is named, and asks where it cannot know", async () => {
    expect(path.basename(await pullModel("owner/name"))).toBe("model-q4_k_m.gguf");
    process.env.APPRENTICE_HOME = await mkdtemp(path.join(os.tmpdir(), "apprentice-hub-"));
    files = ["a-q8_0.gguf", "b-q8_0.gguf"];
    await expect(pullModel("owner/name")).rejects.toThrow(
      'model "owner/name": it has these files: a-q8_0.gguf, b-q8_0.gguf. Name one of them, for example owner/name:a-q8_0.gguf.',
    );
    files = [];
    await expect(pullModel("owner/name")).rejects.toThrow("the repository has no GGUF file");
  });

  it("is asked about a file without downloading it, until it is there", async () => {
    expect(await findModelFile("owner/name")).toEqual({ bytes: content.length, sha256 });
    expect(asked.filter((url) => url.includes("resolve"))).toEqual([]);
    const file = await pullModel("owner/name");
    expect(await findModelFile("owner/name")).toEqual({ path: file });
  });

  it("sends a token where there is one, and never shows it", async () => {
    process.env.HF_TOKEN = "hf_secret";
    await pullModel("owner/name");
    expect(asked[0]).toContain("Bearer hf_secret");
    const error = await pullModel("owner/other").catch((thrown: Error) => thrown);
    expect(String(error)).toContain("the hub has no such public repository");
    expect(String(error)).not.toContain("hf_secret");
  });

  it("says so when it cannot be reached", async () => {
    process.env.HF_ENDPOINT = "http://127.0.0.1:9";
    await expect(pullModel("owner/name")).rejects.toThrow(/^model "owner\/name": the hub cannot be reached \(/);
  });
});
