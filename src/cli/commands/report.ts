import path from "node:path";
import type { Command } from "commander";
import { requireReplaceable, writeFileAtomically } from "../../common/files.ts";
import { readRunFile } from "../../report/run.ts";
import type { CliCommand } from "../command.ts";
import { bytes, print, printJson } from "../output.ts";

const examples = `
Examples:
  $ apprentice report runs/human-eval-qwen
  $ apprentice report runs/before runs/after --out comparison.html
  $ apprentice report runs/* --out all.html

The file needs no network and no server: open it in a browser, send it, print it. Runs of one benchmark stand side by
side. Address a problem's page with #problem=ID, for example report.html#problem=HumanEval/3.`;

/** `apprentice report RUN…`. */
export const member: CliCommand = {
  name: "report",
  register(program: Command): void {
    program
      .command("report")
      .summary("write one HTML file on finished runs")
      .description(
        "Writes one self-contained HTML file on finished runs: scores, charts, and a page for every problem.",
      )
      .argument("<runs...>", "run folders")
      .option("--out <file>", "the file to write; report.html in the run folder, or here for several runs")
      .option("--json", "print one JSON document")
      .addHelpText("after", examples)
      .action(async (runs: string[], options: { out?: string; json?: boolean }) => {
        const file = options.out ?? (runs.length === 1 ? path.join(runs[0]!, "report.html") : "report.html");
        await requireReplaceable(file, "<", "report", "Name another file with --out.");
        // The chart library takes a quarter of a second to load, which no other command should wait for.
        const { buildReport } = await import("../../report/report.ts");
        const text = await buildReport(runs);
        await writeFileAtomically(file, text);
        const size = Buffer.byteLength(text);
        if (options.json === true) {
          const summaries = await Promise.all(
            runs.map(async (run) => ({ run, summary: await readRunFile(run, "summary.json") })),
          );
          printJson({ file, bytes: size, runs: summaries });
          return;
        }
        print(`${file}  (${bytes(size)})`);
      });
  },
};
