import { mkdir } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** Writes a corpus of one shard, as `apprentice corpus build` does: a row for each text. */
export async function writeCorpus(folder: string, texts: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    await connection.run(
      "CREATE TABLE corpus (content VARCHAR, path VARCHAR, repo VARCHAR, license VARCHAR, weight DOUBLE)",
    );
    const appender = await connection.createAppender("corpus");
    for (const [index, text] of texts.entries()) {
      appender.appendVarchar(text);
      appender.appendVarchar(`file_${index}.py`);
      appender.appendVarchar("invented");
      appender.appendVarchar("CC0-1.0");
      appender.appendDouble(1);
      appender.endRow();
    }
    appender.closeSync();
    const file = path.join(folder, "part-00000.parquet");
    await connection.run(`COPY corpus TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
    return file;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** So many different small Python files. */
export function smallPrograms(count: number): string[] {
  const verbs = ["add", "join", "scale", "shift", "count", "merge", "trim", "sort"];
  return Array.from({ length: count }, (_, index) => {
    const verb = verbs[index % verbs.length];
    const arguments_ = ["left", "right", "factor"].slice(0, 2 + (index % 2)).join(", ");
    return [
      `"""Functions of part ${index}."""\n`,
      `def ${verb}_${index}(${arguments_}):`,
      `    """${verb} two things, ${index} times."""`,
      `    for number in range(${index % 17}):`,
      `        left = left + right * number - ${index}`,
      `    return left\n`,
    ].join("\n");
  });
}
