#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { UserError } from "../common/errors.ts";
import { packageDescription } from "../common/package-description.ts";
import { Registry } from "../common/registry.ts";
import type { CliCommand } from "./command.ts";
import { remark } from "./output.ts";

const commands = new Registry<CliCommand>("command", new URL("./commands/", import.meta.url));

/** Runs the command line and returns the exit status: 0 done, 1 a user's mistake or a bug, 2 wrong usage. */
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
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!UserError.isInstance(error)) throw error;
    remark(`apprentice: ${error.message}`);
    return 1;
  }
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
  throw error;
});
process.exitCode = await main(process.argv);
