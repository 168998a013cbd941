#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { UserError } from "../common/errors.ts";
import { packageDescription } from "../common/package-description.ts";
import { Registry } from "../common/registry.ts";
import { fileSystemError } from "../common/system-errors.ts";
import type { CliCommand } from "./command.ts";
import { printJson, remark } from "./output.ts";

const commands = new Registry<CliCommand>("command", new URL("./commands/", import.meta.url));

/**
 * Runs the command line and returns the exit status: 0 done, 1 a user's mistake or a bug, 2 wrong usage,
 * 130 or 143 interrupted.
 */
async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("apprentice")
    .description("Teaches code models your libraries, and proves that they learned.")
    .version(packageDescription().version)
    .showSuggestionAfterError()
    .showHelpAfterError("(add --help for usage and examples)")
    .exitOverride();
  for (const command of await wantedCommands(argv[2])) command.register(program);
  try {
    await program.parseAsync(argv);
    const status = Number(process.exitCode ?? 0);
    if (status > 128) reportError(argv, { scope: "apprentice", cause: "interrupted" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return endOfCommander(error, argv);
    const mistake = UserError.isInstance(error) ? error : fileSystemError(error);
    if (mistake === undefined) throw error;
    remark(`apprentice: ${mistake.message}`);
    const { scope, cause, remedy } = mistake;
    reportError(argv, { scope, cause, remedy });
    return 1;
  }
}

/** Help and version end commander too; for wrong usage it has printed what is wrong. */
function endOfCommander({ exitCode, message }: CommanderError, argv: readonly string[]): number {
  if (exitCode === 0) return 0;
  reportError(argv, { scope: "usage", cause: message.replace(/^error: /, "") });
  return 2;
}

/** Under `--json` there is one JSON document on standard output however a command ends. */
function reportError(
  argv: readonly string[],
  error: { scope: string; cause: string; remedy?: string | undefined },
): void {
  if (argv.includes("--json")) printJson({ error });
}

/** The command of that name alone, which is quicker to load; all of them where there is none, for help and near misses. */
async function wantedCommands(name = ""): Promise<readonly CliCommand[]> {
  const command = await commands.get(name).catch((error: unknown) => {
    if (UserError.isInstance(error)) return undefined;
    throw error;
  });
  return command === undefined ? [...(await commands.all()).values()] : [command];
}

// Whoever reads the output may stop reading (`apprentice … | head`): that is an end, not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  const refused = fileSystemError(error, "standard output");
  if (refused === undefined) throw error;
  remark(`apprentice: ${refused.message}`);
  process.exit(1);
});
process.exitCode = await main(process.argv);
