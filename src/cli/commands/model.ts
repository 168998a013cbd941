import type { Command } from "commander";
import { catalogue, defaultModel } from "../../model/catalogue.ts";
import { readGguf } from "../../model/gguf.ts";
import {
  catalogueFile,
  findModelFile,
  isPulled,
  parseModelFileReference,
  pullModel,
  sha256OfModel,
} from "../../model/model-files.ts";
import type { CliCommand } from "../command.ts";
import { bytes, print, printJson, remark, table } from "../output.ts";
import { progressBars } from "../progress-bar.ts";

const examples = `
Examples:
  apprentice model list
  apprentice model pull ${defaultModel}
  apprentice model pull Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF:qwen2.5-coder-1.5b-instruct-q4_k_m.gguf
  apprentice model info ${defaultModel}
  apprentice model info path/to/model.gguf --json`;

/** \`apprentice model\`: which local models there are, and how to get them. */
export const member: CliCommand = {
  name: "model",
  register(program: Command): void {
    const command = program
      .command("model")
      .description("list, download and describe local models")
      .addHelpText("after", examples);
    command
      .command("list")
      .description("the models that are known by name")
      .option("--json", "print one JSON document")
      .addHelpText("after", "\nExample:\n  apprentice model list --json")
      .action(list);
    command
      .command("pull")
      .description("download a model, unless it is there")
      .argument("<name>", "a name from the list, or OWNER/NAME[:FILE.gguf] on the Hugging Face hub")
      .option("--json", "print one JSON document")
      .addHelpText("after", `\nExample:\n  apprentice model pull ${defaultModel}`)
      .action(pull);
    command
      .command("info")
      .description("what a model's file says about it")
      .argument("<name-or-path>", "a name, or the path of a GGUF file")
      .option("--json", "print one JSON document")
      .addHelpText("after", "\nExample:\n  apprentice model info path/to/model.gguf")
      .action(info);
  },
};

async function list({ json }: { json?: true }): Promise<void> {
  const models = await Promise.all(
    catalogue.map(async (model) => ({
      name: model.name,
      title: model.title,
      description: model.description,
      license: model.license,
      homepage: model.homepage,
      bytes: model.file.bytes,
      sha256: model.file.sha256,
      default: model.name === defaultModel,
      pulled: await isPulled(model),
      file: catalogueFile(model),
    })),
  );
  if (json) return printJson(models);
  const rows = models.map((model) => [
    model.name,
    bytes(model.bytes),
    model.license,
    model.pulled ? "here" : "not pulled",
    model.description,
  ]);
  print(table(["model", "size", "licence", "state", ""], rows, ["left", "right"]));
}

async function pull(name: string, { json }: { json?: true }): Promise<void> {
  const bars = progressBars();
  let file: string;
  try {
    file = await pullModel(name, { progress: bars.listener, remark });
  } finally {
    bars.stop();
  }
  const sha256 = await sha256OfModel(name, file);
  const facts = await readGguf(file);
  if (json) return printJson({ reference: name, path: file, bytes: facts.bytes, sha256 });
  print(`${name}  ${bytes(facts.bytes)}`);
  print(`  ${file}`);
  print(`  sha256 ${sha256}`);
}

async function info(name: string, { json }: { json?: true }): Promise<void> {
  const parsed = parseModelFileReference(name);
  const known = parsed?.kind === "catalogue" ? parsed.model : undefined;
  const found = await findModelFile(name);
  const file = found.path;
  const facts = file === undefined ? undefined : await readGguf(file);
  const sha256 = file === undefined ? found.sha256 : await sha256OfModel(name, file);
  const size = facts?.bytes ?? found.bytes;
  const license = known?.license ?? facts?.license;
  if (json)
    return printJson({
      bytes: size,
      ...facts,
      reference: name,
      path: file ?? (known && catalogueFile(known)),
      pulled: file !== undefined,
      sha256,
      license,
      homepage: known?.homepage,
    });
  const lines: [string, string | undefined][] = [
    ["model", known?.title ?? facts?.name ?? name],
    ["file", file ?? `not pulled; apprentice model pull ${name}`],
    ["size", size === undefined ? undefined : bytes(size)],
    ["sha256", sha256],
    ["architecture", facts?.architecture],
    ["parameters", facts && `${millions(facts.parameters)} M`],
    ["context", facts && `${facts.contextLength} tokens`],
    ["chat template", facts && (facts.hasChatTemplate ? "yes" : "no")],
    ["licence", license],
    ["home", known?.homepage],
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  for (const [label, value] of lines) if (value !== undefined) print(`${label.padEnd(width)}  ${value}`);
}

/** Three digits: small models differ in less than a million. */
function millions(parameters: number): string {
  return String(Number((parameters / 1e6).toPrecision(parameters < 1e9 ? 3 : 4)));
}
