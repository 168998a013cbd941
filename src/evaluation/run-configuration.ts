import path from "node:path";
import type { Benchmark, Problem } from "../benchmark/benchmark.ts";
import { differences } from "../common/differences.ts";
import { sha256 } from "../common/files.ts";
import { packageDescription } from "../common/package-description.ts";
import type { Executor } from "../execution/executor.ts";
import type { ModelIdentity } from "../model/model.ts";
import type { Strategy, StrategySettings } from "../strategy/strategy.ts";
import { extractionVersion } from "./extraction.ts";
import { type RunConfiguration, runFormatVersion } from "./records.ts";

/** How many samples are drawn, and how. */
export interface SamplingPlan {
  /** Samples per problem and temperature. */
  readonly samples: number;
  readonly temperatures: readonly number[];
  readonly topP: number;
  /** 0: no limit. */
  readonly topK: number;
  readonly maximumTokens: number;
  readonly seed: number;
}

/** The problems that are evaluated, and how they were chosen. */
export interface ProblemSelection {
  readonly problems: readonly Problem[];
  readonly split?: string;
  readonly knownBadExcluded: boolean;
}

/** Everything that determines a run's numbers, as it stands in `run.json`. */
export async function runConfiguration(
  benchmark: Benchmark,
  selection: ProblemSelection,
  model: ModelIdentity,
  strategy: Strategy,
  settings: StrategySettings,
  sampling: SamplingPlan,
  executor: Executor,
): Promise<RunConfiguration> {
  const { language, limits } = benchmark.info;
  const stop = settings.style === "completion" ? benchmark.judge.completion.stop : [];
  return {
    format: runFormatVersion,
    apprentice: packageDescription().version,
    benchmark: {
      name: benchmark.name,
      ...(benchmark.folder === undefined ? {} : { folder: benchmark.folder }),
      files: Object.fromEntries(benchmark.files.map((file) => [file.path, file.sha256])),
      ...(selection.split === undefined ? {} : { split: selection.split }),
      taskIds: selection.problems.map(({ taskId }) => taskId),
      knownBadExcluded: selection.knownBadExcluded,
    },
    model,
    strategy: { name: strategy.name, version: strategy.version, ...settings },
    sampling: { ...sampling, stop },
    execution: await executionConfiguration(language, limits, executor),
    extraction: { version: extractionVersion, completionRules: benchmark.judge.completion.version },
  };
}

/** The part of a configuration that says where and how programs are judged. */
export async function executionConfiguration(
  language: string,
  limits: Benchmark["info"]["limits"],
  executor: Executor,
): Promise<RunConfiguration["execution"]> {
  const { version } = await executor.toolchain(language);
  return { language, toolchain: version, tier: executor.tier, mode: executor.mode, ...limits };
}

/**
 * The name of a run's folder where the user gives none: readable, and the same for the same request. Its hash covers what was
 * asked for and not what this machine adds (toolchain, isolation, versions), so that a changed machine meets the
 * existing run and is told what differs, instead of starting over in silence.
 */
export function runFolderName(configuration: RunConfiguration): string {
  const { model, strategy, sampling } = configuration;
  const { folder: ___, ...benchmark } = configuration.benchmark;
  const { version: _, ...askedStrategy } = strategy;
  const { stop: __, ...askedSampling } = sampling;
  const asked = canonicalJson({ benchmark, model, strategy: askedStrategy, sampling: askedSampling });
  const parts = [
    benchmark.name,
    path.basename(model.reference).replace(/\.gguf$/i, ""),
    strategy.name,
    ...(strategy.apis === undefined ? [] : [strategy.apis]),
    ...(strategy.style === "chat" ? ["chat"] : []),
    sha256(asked).slice(0, 8),
  ];
  return parts.map((part) => part.replace(/[^\w.]+/g, "-").replace(/^-+|-+$/g, "")).join("-");
}

/** JSON with sorted keys: equal values make equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * What differs between two configurations, a line each, for example `sampling.samples: 10 there, 200 now`. The version of
 * Apprentice itself does not count: everything that changes results has a version of its own. Nor does the folder of a local
 * benchmark, whose files are told by their hashes.
 */
export function configurationDifferences(there: object, now: object): string[] {
  return differences(comparable(there), comparable(now));
}

function comparable(configuration: object): unknown {
  const benchmark = "benchmark" in configuration ? (configuration.benchmark as object) : {};
  return { ...configuration, apprentice: "", benchmark: { ...benchmark, folder: "" } };
}
