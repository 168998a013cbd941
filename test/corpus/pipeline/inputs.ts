import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** A program of about 3 kB that the steps of the tests keep; another one for every number. */
export function programText(number: number): string {
  const functions = Array.from({ length: 12 }, (_, index) => {
    const name = `f${number}_${index}`;
    return `def ${name}(value, other):\n    # adds ${index}\n    if value > ${number}:\n        return value + ${index}\n    for item in other:\n        value += item * ${number}\n    return value\n`;
  });
  return `# Copyright ${number}\n\nimport os\n\n\n${functions.join("\n\n")}`;
}

/** A folder of JSON Lines files with duplicates within and across them, bad lines and files of other kinds. */
export async function writeInput(folder: string, files: number, perFile: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let file = 0; file < files; file++) {
    const lines = Array.from({ length: perFile }, (_, index) => {
      const number = file * perFile + index;
      if (number % 50 === 7) return "{ no JSON";
      // Every fifth is a copy of one that came earlier or comes later in another file.
      const content = number % 5 === 3 ? programText((number * 7) % (files * perFile)) : programText(number);
      return JSON.stringify({ content, path: `m${number}.py`, repo: `r/${file}`, stars: number, license: "MIT" });
    });
    await writeFile(path.join(folder, `part-${String(file).padStart(3, "0")}.jsonl`), `${lines.join("\n")}\n`);
  }
}
