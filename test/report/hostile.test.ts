import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { buildReport } from "../../src/report/report.ts";
import { writeHandMadeRun } from "./hand-made-run.ts";
import { unpackReport } from "./page-parts.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "apprentice-hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Each would set an attribute of the document if anything of it ran. */
const run = "document.documentElement.setAttribute('data-owned','1')";
const attacks = [
  `</script><script>${run}</script>`,
  `--><script>${run}</script><!--`,
  `<img src=x onerror="${run}">`,
  `<svg/onload=${run}>`,
  `"><body onload=${run}>`,
  `'><details open ontoggle=${run}>`,
  `</title><script>${run}</script>`,
  `</style><script>${run}</script>`,
  `javascript:${run}`,
  `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
  `\${${run}} {{${run}}} %3Cscript%3E${run}%3C/script%3E`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${run}>`,
  "if access_level != 'user\u202e \u2066# check if admin\u2069 \u2066':",
  "nul \u0000 escape \u001b[31m zero\u200bwidth \ud800 lone",
  `__proto__ constructor toString ${run}`,
];

async function hostileReport(): Promise<string> {
  const at = path.join(folder, "run");
  const samples = attacks.map((text) => ({
    outcome: "runtime_error" as const,
    text,
    verdict: { exceptionType: text, message: text, line: 1 },
  }));
  const problems = Object.fromEntries(
    attacks.slice(0, 12).map((attack) => [`P/${attack}`, { 0: samples.slice(0, 3) }]),
  );
  await writeHandMadeRun(at, {
    benchmark: attacks[0]!,
    model: attacks[2]!,
    ks: [1],
    samples: { "P/all": { 0: samples }, __proto__x: { 0: samples.slice(3, 9) }, ...problems },
    change: (of) => ({ ...of, execution: { ...of.execution, toolchain: attacks[1]! } }),
  });
  return buildReport([at]);
}

function findChromium(): string | undefined {
  for (const name of ["chromium", "chromium-browser", "google-chrome", "chrome"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

/** The document after its scripts ran, as a browser writes it out. */
async function openInBrowser(browser: string, report: string, address: string): Promise<string> {
  const profile = mkdtempSync(path.join(folder, "profile-"));
  const file = path.join(profile, "report.html");
  writeFileSync(file, report);
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const { stdout } = await promisify(execFile)(
    browser,
    [
      ...flags,
      ...quiet,
      `--user-data-dir=${profile}`,
      "--virtual-time-budget=4000",
      "--dump-dom",
      `file://${file}${address}`,
    ],
    { encoding: "utf8", maxBuffer: 1 << 26 },
  );
  return stdout;
}

/** Whether anything of an attack ran. The attacks' own texts stand in the document too. */
function isOwned(document: string): boolean {
  return /<html[^>]*data-owned/.test(document);
}

describe("a report on hostile completions", () => {
  it("holds exactly the two scripts of its own", async () => {
    const report = await hostileReport();
    expect(report.match(/<script/gi)).toHaveLength(2);
    expect(report.match(/<\/script/gi)).toHaveLength(2);
    expect(report.match(/<\/?(?:img|iframe|svg\/onload|math|body|title|style)\b/gi)).toEqual([
      "<title",
      "</title",
      "<style",
      "</style",
      "<body",
      "</body",
    ]);
    expect(unpackReport(report).pages[0]!.results[0]!.candidates[0]!.exceptionType).toBe(attacks[0]);
  });

  const browser = findChromium();
  const inBrowser = browser === undefined ? it.skip : it;
  if (browser === undefined)
    console.warn("no Chromium on this machine: what a browser makes of the report is not tested");

  inBrowser("runs none of them in a browser, on the list and on a problem's page", { timeout: 120_000 }, async () => {
    const report = await hostileReport();
    const list = await openInBrowser(browser!, report, "");
    expect(isOwned(list)).toBe(false);
    expect(list).toContain("14 of 14");
    const problem = await openInBrowser(browser!, report, "#problem=P/all");
    expect(isOwned(problem)).toBe(false);
    expect(problem).toContain("15 distinct programs; the 8 below stand for 8 of 15 samples");
    expect(problem).toMatch(/<h1 tabindex="-1">P\/all<\/h1>/);
    const named = await openInBrowser(browser!, report, `#problem=${encodeURIComponent(`P/${attacks[2]}`)}`);
    expect(isOwned(named)).toBe(false);
    expect(named).toContain("&lt;img src=x onerror=");
    expect(named.match(/<img/g)).toBeNull();
  });

  inBrowser("would not run even what got into the page", { timeout: 120_000 }, async () => {
    const report = (await hostileReport()).replace("<main", `<script>${run}</script><img src=x onerror="${run}"><main`);
    expect(isOwned(await openInBrowser(browser!, report, ""))).toBe(false);
    // The same without the policy: the test can tell.
    const open = report.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
    expect(isOwned(await openInBrowser(browser!, open, ""))).toBe(true);
  });

  inBrowser(
    "puts who leaves a problem's page by the keyboard on its row of the list",
    { timeout: 120_000 },
    async () => {
      const reader = `<script type="module">
      const pause = () => new Promise((done) => setTimeout(done, 500));
      const press = (key) => { dispatchEvent(new KeyboardEvent("keydown", { key })); return pause(); };
      await pause();
      await press("j");
      await press("Escape");
      document.documentElement.dataset.focused = document.activeElement.textContent;
    </script></body>`;
      const report = (await hostileReport())
        .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "")
        .replace("</body>", reader);
      const document = await openInBrowser(browser!, report, "#problem=P/all");
      expect(/data-focused="([^"]*)"/.exec(document)?.[1]).toBe("__proto__x");
    },
  );

  inBrowser("writes out what cannot be seen", { timeout: 120_000 }, async () => {
    const at = path.join(folder, "unseen");
    const texts = [attacks[12]!, attacks[13]!];
    await writeHandMadeRun(at, {
      ks: [1],
      samples: { "P/0": { 0: texts.map((text) => ({ outcome: "failed" as const, text })) } },
    });
    const page = await openInBrowser(browser!, await buildReport([at]), "#problem=P/0");
    for (const code of ["U+202E", "U+2066", "U+2069", "U+0000", "U+001B", "U+200B", "U+D800"]) {
      expect(page).toContain(`<span class="odd">${code}</span>`);
    }
    expect(page).not.toMatch(/[\u202e\u2066\u200b]/);
  });
});
