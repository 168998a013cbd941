import type { Command } from "commander";
import {
  creationCommand,
  environmentDefinition,
  environmentDefinitions,
  environmentFolder,
  folderSize,
  installedEnvironment,
  removeEnvironment,
} from "../../environment/index.ts";
import type { CliCommand } from "../command.ts";
import { createWithProgress } from "../create-environment.ts";
import { bytes, print, printJson, remark, table } from "../output.ts";

interface JsonOption {
  readonly json?: boolean;
}

const examples = `
Examples:
  apprentice environment list
  apprentice environment create pandas-1.5
  apprentice environment create pandas-1.5-numpy-1.22 --python /opt/python3.10/bin/python3
  apprentice environment info pandas-1.5 --json
  apprentice environment remove torchdata-0.9`;

async function list({ json }: JsonOption): Promise<void> {
  const all = await Promise.all(
    [...environmentDefinitions.values()].map(async (definition) => ({
      name: definition.name,
      description: definition.description,
      pythons: definition.pythons,
      diskMegabytes: definition.diskMegabytes,
      installed: (await installedEnvironment(definition.name)) ?? null,
    })),
  );
  if (json) return printJson(all);
  print(
    table(
      ["Environment", "Python", "Disk", "Here", "What it is"],
      all.map(({ name, description, pythons, diskMegabytes, installed }) => [
        name,
        installed?.python ?? pythons.join(", "),
        bytes(diskMegabytes * 1e6),
        installed === null ? "no" : "yes",
        description,
      ]),
      ["left", "left", "right"],
    ),
  );
}

async function create(name: string, { json, python }: JsonOption & { python?: string }): Promise<void> {
  const { downloadMegabytes, diskMegabytes } = environmentDefinition(name);
  if ((await installedEnvironment(name)) === undefined)
    remark(`${name}: up to ${bytes(downloadMegabytes * 1e6)} to download, ${bytes(diskMegabytes * 1e6)} on the disk.`);
  const installed = await createWithProgress(name, python);
  if (json) return printJson(installed);
  print(`${name} is ready: Python ${installed.python}, ${installed.packages.length} packages.`);
  print(installed.interpreter);
}

async function info(name: string, { json }: JsonOption): Promise<void> {
  const definition = environmentDefinition(name);
  const installed = await installedEnvironment(name);
  const folder = environmentFolder(name);
  const size = installed === undefined ? null : await folderSize(folder);
  if (json) return printJson({ ...definition, folder, installed: installed ?? null, bytes: size });
  print(`${name}: ${definition.description}`);
  print();
  const rows = [
    ["Folder", folder],
    ["Python", installed?.python ?? `${definition.pythons.join(" or ")} (not created)`],
    ["Made with", installed?.installer ?? "–"],
    ["Size", size === null ? `about ${bytes(definition.diskMegabytes * 1e6)}` : bytes(size)],
    ["Packages", (installed?.packages ?? definition.requirements).join(", ")],
  ];
  for (const [label, value] of rows) print(`${label!.padEnd(10)} ${value}`);
  if (installed === undefined) print(`\nCreate it with: ${creationCommand(definition)}`);
}

async function remove(name: string, { json }: JsonOption): Promise<void> {
  const removed = await removeEnvironment(name);
  if (json) return printJson({ name, removed });
  print(removed ? `${name} was removed.` : `${name} was not there.`);
}

export const member: CliCommand = {
  name: "environment",
  register(program: Command) {
    const group = program
      .command("environment")
      .description("make and look at the pinned environments that benchmarks run in")
      .addHelpText("after", examples);
    const json = ["--json", "print one JSON document"] as const;
    group
      .command("list")
      .description("every environment, and whether it is here")
      .option(...json)
      .addHelpText("after", "\nExample:\n  apprentice environment list")
      .action(list);
    group
      .command("create <name>")
      .description("install an environment (with uv where present, else venv and pip)")
      .option("--python <command>", "Python to build on; searched for when absent")
      .option(...json)
      .addHelpText("after", "\nExample:\n  apprentice environment create pandas-1.5")
      .action(create);
    group
      .command("info <name>")
      .description("where an environment lies and what is in it")
      .option(...json)
      .addHelpText("after", "\nExample:\n  apprentice environment info pandas-1.5")
      .action(info);
    group
      .command("remove <name>")
      .description("delete an environment")
      .option(...json)
      .addHelpText("after", "\nExample:\n  apprentice environment remove torchdata-0.9")
      .action(remove);
  },
};
