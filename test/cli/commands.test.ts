import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import type { CliCommand } from "../../src/cli/command.ts";
import { packageFolder } from "../../src/common/folders.ts";
import { Registry } from "../../src/common/registry.ts";

const commands = await new Registry<CliCommand>("command", new URL("../../src/cli/commands/", import.meta.url)).all();

/** The whole help of a command and of its subcommands, as `--help` prints it. */
function helpTexts(command: Command): { name: string; text: string; leaf: boolean }[] {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const own = { name: command.name(), text, leaf: command.commands.length === 0 };
  return [own, ...command.commands.flatMap((child) => helpTexts(child as Command))];
}

describe.each([...commands.values()].map((command) => [command.name, command] as const))(
  "command %s",
  (name, command) => {
    const program = new Command("apprentice");
    command.register(program);

    it("adds exactly the command of its name", () => {
      expect(program.commands.map((added) => added.name())).toEqual([name]);
      expect(program.commands[0]!.description()).not.toBe("");
    });

    it("shows examples in its help, and offers --json wherever it does something", () => {
      for (const { text, leaf } of helpTexts(program.commands[0]! as Command)) {
        expect(text).toMatch(/Examples?:\n\s+\$? ?apprentice /);
        if (leaf) expect(text).toContain("--json");
      }
    });
  },
);

describe("the built command line", () => {
  const run = (...argv: string[]) =>
    promisify(execFile)(process.execPath, [path.join(packageFolder, "dist", "cli", "main.js"), ...argv]).then(
      ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        status: code,
        stdout,
        stderr,
      }),
    );

  it("names what was meant by a mistyped command, with status 2", async () => {
    const { status, stdout, stderr } = await run("evla");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("unknown command 'evla'");
    expect(stderr).toContain("Did you mean eval?");
  });

  it("ends quietly when whoever reads its output stops reading", async () => {
    const main = path.join(packageFolder, "dist", "cli", "main.js");
    // The pipe is closed before the first line is written.
    const script = `"$0" "$1" benchmark list 2>&1 >&3 | cat; exit "\${PIPESTATUS[0]}"`;
    const { stdout } = await promisify(execFile)("bash", [
      "-c",
      `exec 3> >(true); sleep 0.2; ${script}`,
      process.execPath,
      main,
    ]);
    expect(stdout).toBe("");
  });

  it("prints a user's mistake without a stack trace, with status 1", async () => {
    const { status, stdout, stderr } = await run("benchmark", "info", "human-evil");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe('apprentice: benchmark "human-evil": there is no such one. Did you mean human-eval?\n');
  });

  it("prints one JSON document and nothing else under --json", async () => {
    const { status, stdout } = await run("model", "list", "--json");
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toContain("qwen2.5-coder-0.5b-instruct");
  });
});
