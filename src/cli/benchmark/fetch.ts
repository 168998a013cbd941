import { benchmarkFolder, fetchBenchmark } from "../../benchmark/index.ts";
import { UserError } from "../../common/errors.ts";
import { isFolder } from "../../common/files.ts";
import { print, printJson, remark, table } from "../output.ts";
import { progressBars } from "../progress-bar.ts";
import { chosenBenchmarks } from "./choose.ts";

interface FetchCommandOptions {
  readonly all?: boolean;
  readonly from?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** `apprentice benchmark fetch`. */
export async function fetchCommand(names: readonly string[], options: FetchCommandOptions): Promise<void> {
  const chosen = await chosenBenchmarks(names, options.all);
  if (options.from !== undefined && !(await isFolder(options.from)))
    throw new UserError(`--from ${options.from}`, "there is no such folder", "Name the folder that holds the data.");
  const { listener, stop } = progressBars();
  const fetched: { name: string; files: number; folder: string; already: boolean }[] = [];
  try {
    for (const benchmark of chosen) {
      const already = (await benchmarkFolder(benchmark)) !== undefined;
      const folder = await fetchBenchmark(benchmark, {
        ...(options.from === undefined ? {} : { from: options.from }),
        offline: options.offline === true,
        progress: listener,
        remark,
      });
      fetched.push({ name: benchmark.name, files: benchmark.files.length, folder, already });
    }
  } finally {
    stop();
  }
  if (options.json) return printJson(fetched);
  print(
    table(
      ["Benchmark", "Files", "", "Folder"],
      fetched.map(({ name, files, folder, already }) => [
        name,
        String(files),
        already ? "were here" : "fetched",
        folder,
      ]),
      ["left", "right"],
    ),
  );
}
