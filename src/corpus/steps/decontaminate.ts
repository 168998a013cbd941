import { z } from "zod";
import { benchmarkFolder, benchmarks, type Problem, resolveBenchmark } from "../../benchmark/index.ts";
import { type ForbiddenText, indexTexts, OverlapFinder, type OverlapIndex } from "../overlap.ts";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  /** Names, or paths of problem files; every benchmark that Apprentice knows when absent. */
  benchmarks: z.array(z.string().min(1)).optional(),
  /** Words of an n-gram; GPT-3's 13 (Brown et al. 2020, appendix C), where symbols count as words here. */
  ngram: z.number().int().min(4).max(100).default(13),
  /** Share of a prompt's or a solution's different n-grams from which on a document goes; 1 asks for the whole text. */
  share: z.number().gt(0).max(1).default(0.5),
  /** Shared n-grams that are needed at least: short idioms are no contamination. */
  minimumShared: z.number().int().min(1).default(8),
});

type Options = z.infer<typeof options>;

function textsOf(benchmark: string, { taskId, prompt, references }: Problem): ForbiddenText[] {
  const problem = `${benchmark} ${taskId}`;
  return [
    { problem, kind: "prompt", text: prompt },
    ...references.map((text) => ({ problem, kind: "solution" as const, text })),
    // Together they are long enough to be told where each alone is not.
    ...references.map((text) => ({ problem, kind: "solution" as const, text: prompt + text })),
  ];
}

/** The texts of every benchmark whose data is here, and the names of the others. Nothing is fetched. */
async function forbiddenTexts(names: readonly string[]) {
  const texts: ForbiddenText[] = [];
  const covered: Record<string, number> = {};
  const notCovered: string[] = [];
  for (const name of names) {
    const benchmark = await resolveBenchmark(name);
    const folder = await benchmarkFolder(benchmark);
    if (folder === undefined) notCovered.push(name);
    else {
      const problems = await benchmark.load(folder);
      covered[name] = problems.length;
      texts.push(...problems.flatMap((problem) => textsOf(benchmark.name, problem)));
    }
  }
  return { texts, covered, notCovered };
}

export const member = defineStep<Options, OverlapIndex>({
  name: "decontaminate",
  version: 2,
  description:
    "drops files that hold the prompt or a solution of a benchmark, whole or in large part (n-grams of words)",
  options,
  reasons: ["prompt of a benchmark", "solution of a benchmark"],
  async prepare({ benchmarks: chosen, ngram }) {
    const { texts, covered, notCovered } = await forbiddenTexts(chosen ?? [...(await benchmarks.all()).keys()]);
    return { prepared: indexTexts(texts, ngram), facts: { covered, notCovered } };
  },
  open: async ({ share, minimumShared }, { prepared }) => {
    const finder = new OverlapFinder(prepared);
    return {
      apply({ content }) {
        const found = finder.largest(content, minimumShared, share);
        if (found === undefined) return undefined;
        const { problem, kind, shared, grams } = found;
        const extent = shared === grams ? "whole" : `${shared} of ${grams} n-grams`;
        return { reason: `${kind} of a benchmark`, detail: `${problem} (${kind}, ${extent})` };
      },
    };
  },
});
