import { z } from "zod";
import { UserError } from "../../common/errors.ts";
import { redact } from "./errors.ts";

/** What is read of an answer; servers add much more. `stop_reason` is vLLM's: the stop string that ended the text. */
const answer = z.object({
  choices: z.array(
    z.object({
      text: z.string().nullish(),
      message: z.object({ content: z.string().nullish() }).nullish(),
      finish_reason: z.string().nullish(),
      stop_reason: z.union([z.string(), z.number()]).nullish(),
    }),
  ),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});

/** Some servers report an error with the status of a success. */
const failure = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

/** One generated text of an answer. */
export interface Choice {
  readonly text: string;
  readonly finishReason: "end" | "stop" | "length";
}

/** A server's answer: the texts, and what it counted where it counts. */
export interface Answer {
  readonly choices: readonly Choice[];
  readonly usage?: { readonly prompt: number; readonly completion: number };
}

/** Reads an answer. Throws a UserError when it is none of OpenAI's form; a key that it quotes is not shown. */
export function readAnswer(value: unknown, server: string, key: string | undefined): Answer {
  const failed = failure.safeParse(value).data?.error;
  if (failed !== undefined) {
    const text = typeof failed === "string" ? failed : failed.message;
    throw new UserError(server, `it answered with an error (${redact(text, key)})`);
  }
  const parsed = answer.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
    throw new UserError(server, `its answer is not of OpenAI's form${where}`, "Check the address: most end in /v1.");
  }
  const { choices, usage } = parsed.data;
  return {
    choices: choices.map((choice) => ({
      text: choice.text ?? choice.message?.content ?? "",
      finishReason:
        choice.finish_reason === "length" ? "length" : typeof choice.stop_reason === "string" ? "stop" : "end",
    })),
    ...(usage ? { usage: { prompt: usage.prompt_tokens, completion: usage.completion_tokens } } : {}),
  };
}

/** Cuts a text before the first of the stop strings. */
export function cutAtStop(choice: Choice, stop: readonly string[]): Choice {
  const found = stop.map((text) => choice.text.indexOf(text)).filter((index) => index >= 0);
  if (found.length === 0) return choice;
  return { text: choice.text.slice(0, Math.min(...found)), finishReason: "stop" };
}
