import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bootstrapInterval } from "../../src/evaluation/bootstrap.ts";
import type { RunConfiguration } from "../../src/evaluation/records.ts";
import { buildReport } from "../../src/report/report.ts";
import { percentage } from "../../src/report/text.ts";
import { type HandMadeRun, writeHandMadeRun } from "./hand-made-run.ts";
import { textOf, unpackReport } from "./page-parts.ts";
import { tasks, writeSyntheticRun } from "./synthetic-run.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "apprentice-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let runs = 0;
async function write(run: HandMadeRun): Promise<string> {
  const at = path.join(folder, `run-${runs++}`);
  await writeHandMadeRun(at, run);
  return at;
}

const known: HandMadeRun = {
  ks: [1, 2],
  samples: {
    "P/0": {
      0.2: ["passed", "passed", "failed", "timeout"],
      0.8: ["passed", "syntax_error", "syntax_error", "failed"],
    },
    "P/1": { 0.2: ["failed", "failed", "failed", "runtime_error"], 0.8: ["passed", "passed", "passed", "failed"] },
  },
};

describe("a report", () => {
  it("shows the exact figures of a known run", async () => {
    const report = await buildReport([await write(known)]);
    const text = textOf(report);
    expect(text).toContain("2 problems, known-bad problems included.");
    // pass@1 at T 0.8: (1/4 + 3/4) / 2; best of 1/4 and 1/2.
    const best = bootstrapInterval([1 / 4, 3 / 4]);
    expect(text).toContain(`pass@1 50.0 % ${percentage(best.low)}–${percentage(best.high)} · T 0.8`);
    // pass@2 at T 0.8: (1 - C(3,2)/C(4,2) + 1) / 2 = 3/4; at T 0.2: (5/6 + 0) / 2.
    expect(text).toContain("pass@2 75.0 %");
    expect(text).toMatch(/T pass@1 pass@2 Samples 0\.2 25\.0 [\d.]+–[\d.]+ 41\.7 [\d.]+–[\d.]+ 8 0\.8 50\.0/);
    expect(text).toContain(
      "T passed failed tests runtime error syntax error timeout 0.2 1.00 2.00 0.50 0 0.50 0.8 2.00 1.00 0 1.00 0",
    );
    expect(text).toContain(
      "Prompt tokens Completion tokens Tokens a sample Changed by extraction Isolation 160 64 4.0 0 of 16 bubblewrap, split",
    );
    const { index, pages } = unpackReport(report);
    expect(index.problems[1]).toEqual({
      id: "P/1",
      benchmark: 0,
      results: [{ run: 0, outcomes: { passed: 3, failed: 4, runtime_error: 1 } }],
    });
    expect(pages[0]!.results[0]!.candidates.map(({ outcome, count }) => [outcome, count])).toEqual([
      ["passed", 3],
      ["failed", 2],
      ["syntax_error", 2],
      ["timeout", 1],
    ]);
  });

  it("is the same text for the same run", async () => {
    const run = await write(known);
    expect(await buildReport([run])).toBe(await buildReport([run]));
  });

  it("loads nothing from anywhere", async () => {
    const report = await buildReport([await write(known)]);
    expect(report).not.toMatch(/(?:src|href)="?(?!#)[a-z]*:?\/\//i);
    expect(report).not.toMatch(/url\(|@import|<link|<iframe|<img/i);
    expect(report).toContain("default-src &#39;none&#39;; script-src &#39;sha256-");
  });

  it("says that nothing was judged where that is so, and draws nothing", async () => {
    const at = path.join(folder, "nothing");
    await writeSyntheticRun(at, {
      seed: 1,
      problems: 2,
      samples: 0,
      temperatures: [0],
      model: "m.gguf",
      skill: 1,
      ks: [1],
    });
    const report = await buildReport([at]);
    expect(textOf(report)).toContain("No sample was judged.");
    expect(report).not.toContain("<figure");
  });

  it("puts runs of one benchmark side by side, and names only what tells them apart", async () => {
    const strategy = (name: string) => (of: RunConfiguration) => ({ ...of, strategy: { ...of.strategy, name } });
    const first = await write(known);
    const again = await write(known);
    const report = await buildReport([
      first,
      again,
      first,
      await write({ ...known, change: strategy("api") }),
      await write({ ...known, benchmark: "other" }),
    ]);
    expect(unpackReport(report).index.runs.map(({ label }) => label)).toEqual([
      `model · direct · ${path.basename(first)}`,
      `model · direct · ${path.basename(again)}`,
      "model · api",
      "model",
    ]);
    expect(report.match(/<section class="benchmark">/g)).toHaveLength(2);
  });

  it("has a page for every problem, with prompt, tests, programs and what extraction kept", async () => {
    const at = path.join(folder, "human-eval");
    await writeSyntheticRun(at, {
      seed: 1,
      problems: 5,
      samples: 6,
      temperatures: [0.8],
      model: "m",
      skill: 0.4,
      ks: [1],
    });
    const { index, pages } = unpackReport(await buildReport([at]));
    expect(index.problems.map(({ id }) => id)).toEqual(tasks(5).map(({ id }) => id));
    if (process.env.APPRENTICE_BENCHMARKS === undefined) return;
    const [task] = tasks(1);
    expect(pages[0]!.texts!.prompt).toBe(task!.prompt);
    expect(pages[0]!.texts!.test).toContain("def check(candidate):");
    for (const { source, kept, raw, keptOfRaw, differs } of pages.flatMap(({ results }) => results[0]!.candidates)) {
      expect(differs).toBeUndefined();
      expect(raw!.slice(...keptOfRaw!)).toBe(source!.slice(...kept!));
      expect(raw!.slice(keptOfRaw![1])).toContain("def unrelated");
      expect(source).not.toContain("def unrelated");
    }
  });
});

describe("a report warns", () => {
  const execution = (change: Partial<RunConfiguration["execution"]>) => (of: RunConfiguration) => ({
    ...of,
    execution: { ...of.execution, ...change },
  });
  const warned = async (run: HandMadeRun) => textOf(await buildReport([await write(run)]));

  it("of verdicts that could be forged", async () => {
    expect(await warned({ ...known, change: execution({ mode: "same-process" }) })).toContain(
      "model: candidates ran in the same process as the tests. A program could have forged its verdict",
    );
    expect(await warned({ ...known, change: execution({ tier: "none" }) })).toContain(
      "model: candidates ran without isolation.",
    );
    expect(await warned(known)).not.toContain("candidates ran");
  });

  it("of infrastructure errors", async () => {
    const text = await warned({ ks: [1], samples: { "P/0": { 0: ["infrastructure_error", "passed"] } } });
    expect(text).toContain("model: 1 of 2 samples could not be judged (infrastructure errors). They are in no pass@k.");
    expect(text).toContain("pass@1 100.0 %");
  });

  it("of runs that used other data", async () => {
    const files = (of: RunConfiguration) => ({
      ...of,
      benchmark: { ...of.benchmark, files: { "invented.jsonl": "1" } },
    });
    const text = textOf(await buildReport([await write(known), await write({ ...known, change: files })]));
    expect(text).toContain("The runs of invented used different versions of its data");
  });

  it("of a benchmark whose data is not at hand", async () => {
    expect(await warned(known)).toContain(
      "Prompts, tests and programs of invented cannot be shown. benchmark &quot;invented&quot;: there is no such one.",
    );
  });
});

describe("a large report", () => {
  it("stays below 5 MB for 32,800 distinct samples", { timeout: 120_000 }, async () => {
    const at = path.join(folder, "large");
    await writeSyntheticRun(at, {
      seed: 5,
      problems: 164,
      samples: 200,
      temperatures: [0.8],
      model: "m",
      skill: 0.3,
      ks: [1, 10, 100],
      variants: 1e9,
    });
    const report = await buildReport([at]);
    expect(Buffer.byteLength(report)).toBeLessThan(5e6);
    const { pages } = unpackReport(report);
    expect(pages).toHaveLength(164);
    for (const { results } of pages) expect(results[0]!.candidates.length).toBeLessThanOrEqual(8);
    for (const { results } of pages) expect(results[0]!.samples).toBe(200);
    for (const { results } of pages) expect(results[0]!.distinct).toBeGreaterThan(100);
  });
});

describe("a report on texts that cannot be compressed", () => {
  it("stays below 5 MB by showing fewer candidates, and says so", { timeout: 120_000 }, async () => {
    const noise = () => randomBytes(4000).toString("base64");
    const samples = Object.fromEntries(
      Array.from({ length: 164 }, (_, id) => [
        `P/${id}`,
        { 0: Array.from({ length: 8 }, () => ({ outcome: "failed" as const, text: noise() })) },
      ]),
    );
    const report = await buildReport([await write({ ks: [1], samples })]);
    expect(Buffer.byteLength(report)).toBeLessThan(5e6);
    expect(textOf(report)).toContain("A problem's page shows up to 4 distinct programs of each run in full");
  });
});

describe("what is no finished run", () => {
  it("is refused with what to do", async () => {
    const at = await write(known);
    rmSync(path.join(at, "summary.json"));
    await expect(buildReport([at])).rejects.toThrow(
      `run "${at}": it is not finished: there is no summary.json in it. Give the same \`apprentice eval\` command again; it goes on where it stopped.`,
    );
    await expect(buildReport([folder])).rejects.toThrow(
      `run "${folder}": there is no run.json in it. Name a folder that \`apprentice eval\` wrote.`,
    );
  });

  it.each([
    ["summary.json", "{", "summary.json cannot be read ("],
    [
      "summary.json",
      "{}",
      'summary.json is damaged: it has no "benchmark". Give the same `apprentice eval` command again; it writes it anew.',
    ],
    ["summary.json", "[]", 'summary.json is damaged: it has no "benchmark".'],
    ["summary.json", "3", "summary.json is damaged: it holds no JSON object."],
    ["run.json", '{"format": 1}', 'run.json is damaged: it has no "benchmark". Evaluate again, in another folder.'],
  ])("names a damaged %s: %s", async (name, content, expected) => {
    const at = await write(known);
    writeFileSync(path.join(at, name), content);
    await expect(buildReport([at])).rejects.toThrow(`run "${at}": ${expected}`);
  });
});
