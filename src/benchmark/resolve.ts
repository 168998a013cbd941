import { UserError } from "../common/errors.ts";
import { Registry } from "../common/registry.ts";
import type { Benchmark } from "./benchmark.ts";
import { namesFile, openFileBenchmark } from "./file-benchmark.ts";

/** The benchmarks that Apprentice knows by name. */
export const benchmarks = new Registry<Benchmark>("benchmark", new URL("./benchmarks/", import.meta.url));

/**
 * The benchmark of that name, or the one that a `.jsonl` file in HumanEval's form makes.
 * @throws UserError with near misses for an unknown name, and with line and field for a bad file
 */
export async function resolveBenchmark(nameOrPath: string): Promise<Benchmark> {
  // A program in JavaScript has no compiler that says so.
  if (typeof nameOrPath !== "string")
    throw new UserError("benchmark", "no name was given", "Give a benchmark's name or the path of a .jsonl file.");
  return namesFile(nameOrPath) ? openFileBenchmark(nameOrPath) : benchmarks.get(nameOrPath);
}
