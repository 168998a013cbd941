import { UserError } from "../common/errors.ts";
import { type Outcome, outcomes } from "../execution/program.ts";
import { shareInterval } from "./bootstrap.ts";
import { type ProblemCount, passAtKPerProblem } from "./metrics.ts";
import type { Interval, OutcomeCounts, Summary, TemperatureSummary } from "./records.ts";
import type { RunStore } from "./run-store.ts";

/** The summary of what a run has judged so far. The same verdicts make the same bytes, in whatever order they came. */
export function summarize(store: RunStore, ks: readonly number[]): Summary {
  const { benchmark, sampling } = store.configuration;
  const perProblem = benchmark.taskIds.map(
    (taskId) =>
      [
        taskId,
        sampling.temperatures.map((temperature) => ({
          temperature,
          outcomes: store.ledger.counts(taskId, temperature),
        })),
      ] as const,
  );
  const temperatures = sampling.temperatures.map((temperature, position) =>
    temperatureSummary(
      temperature,
      perProblem.map(([, cells]) => cells[position]?.outcomes ?? {}),
      ks,
    ),
  );
  const missing = store.ledger.size - store.ledger.judged;
  const { cost } = store;
  return {
    benchmark: benchmark.name,
    problems: benchmark.taskIds.length,
    samples: store.ledger.judged,
    ...(missing === 0 ? {} : { missingSamples: missing }),
    best: bestOver(temperatures, ks),
    temperatures,
    perProblem: Object.fromEntries(perProblem),
    infrastructureErrors: perProblem
      .flatMap(([, cells]) => cells)
      .reduce((sum, cell) => sum + (cell.outcomes.infrastructure_error ?? 0), 0),
    extractionChanged: store.totals.extractionChanged,
    promptTokens: store.totals.promptTokens,
    completionTokens: store.totals.completionTokens,
    ...(cost === undefined ? {} : { cost }),
  };
}

/** pass@k with intervals and the mean number of samples per problem with each outcome, at one temperature. */
export function temperatureSummary(
  temperature: number,
  problems: readonly OutcomeCounts[],
  ks: readonly number[],
): TemperatureSummary {
  const counts = problems.map(problemCount);
  const entries = ks
    .map((k) => [String(k), passAtKPerProblem(counts, k)] as const)
    .filter(([, values]) => values.length > 0);
  return {
    temperature,
    passAt: Object.fromEntries(entries.map(([k, values]) => [k, shareInterval(values)])),
    outcomesPerProblem: meanOutcomes(problems),
    samples: problems.reduce((sum, outcomesOfProblem) => sum + totalOf(outcomesOfProblem), 0),
  };
}

/** Mean number of samples per problem with each outcome: Orlanski et al. 2022, table 2, with timeouts apart. */
export function meanOutcomes(problems: readonly OutcomeCounts[]): OutcomeCounts {
  const means: Partial<Record<Outcome, number>> = {};
  for (const outcome of outcomes) {
    const sum = problems.reduce((total, counts) => total + (counts[outcome] ?? 0), 0);
    if (sum > 0) means[outcome] = sum / problems.length;
  }
  return means;
}

/** Infrastructure errors count neither as judged nor as failed. */
export function problemCount(counts: OutcomeCounts): ProblemCount {
  return { judged: totalOf(counts) - (counts.infrastructure_error ?? 0), passed: counts.passed ?? 0 };
}

/** The k that are reported where the user names none: those of the papers that the samples allow, and always 1. */
export function defaultKs(reported: readonly number[], samples: number): number[] {
  return [...new Set([1, ...reported])].filter((k) => k <= samples).sort((a, b) => a - b);
}

function totalOf(counts: OutcomeCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** For each k the temperature with the highest score; of equal ones the first. */
function bestOver(temperatures: readonly TemperatureSummary[], ks: readonly number[]): Summary["best"] {
  const best: Record<string, Interval & { temperature: number }> = {};
  for (const k of ks) {
    for (const { temperature, passAt } of temperatures) {
      const score = passAt[k];
      if (score === undefined) continue;
      if (best[k] === undefined || score.value > best[k].value) best[k] = { ...score, temperature };
    }
  }
  return best;
}

/**
 * Makes sure that every k has an estimate, which k samples of a problem are needed for.
 * @throws UserError for the first k that is larger than the number of samples
 */
export function requireEnoughSamples(ks: readonly number[] | undefined, samples: number, remedy: string): void {
  const tooLarge = ks?.find((k) => k > samples);
  if (tooLarge === undefined) return;
  throw new UserError(`pass@${tooLarge}`, `it needs at least ${tooLarge} samples per problem`, remedy);
}
