import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from "openai";
import { messageOf, UserError } from "../../common/errors.ts";

/** The form of OpenAI's keys, which servers quote in their messages in full or with stars in them. */
const keyForm = /\bsk-[\w*.-]{4,}/g;

/** What OpenAI's 429 says when the account has no credit, unlike the 429 of a server that is busy. */
const noCredit = "insufficient_quota";

/** Seconds that a run waits without a word because a server asks for it. */
const longestPause = 120;

/** Whether an answer to a failed request says that another attempt soon is of no use. */
export function isFinal({ status, headers }: Response, body: string): boolean {
  if (status !== 429 && status < 500) return false;
  const pause = Number(headers.get("retry-after") ?? 0);
  return (status === 429 && body.includes(`"${noCredit}"`)) || pause > longestPause;
}

/** Takes the key, and whatever looks like one, out of a text. */
export function redact(text: string, key: string | undefined): string {
  const without = key === undefined || key === "" ? text : text.split(key).join("[key]");
  return without.replace(keyForm, "[key]");
}

/**
 * What a failed request means to the user. A request that the caller aborted keeps its own error.
 *
 * @param server how the server is called in messages, without credentials
 */
export function explain(error: unknown, server: string, key: string | undefined): unknown {
  if (error instanceof APIUserAbortError) return error;
  const inner = error instanceof APIConnectionError ? (error.cause ?? error) : error;
  if (UserError.isInstance(inner)) return inner;
  const late = error instanceof APIConnectionTimeoutError || (inner instanceof Error && inner.name === "TimeoutError");
  if (late) return new UserError(server, "it did not answer in time", "Try again, or ask for fewer requests at once.");
  if (error instanceof SyntaxError)
    return new UserError(server, "its answer is no JSON", "Check the address: most end in /v1.");
  if (!(error instanceof APIError)) return error;
  const text = redact(messageOf(inner), key);
  if (error instanceof APIConnectionError)
    return new UserError(server, `it cannot be reached (${reason(inner, key)})`, "Check the address and the network.");
  if (error.status === 401 || error.status === 403)
    return new UserError(
      server,
      `it refused the key (${text})`,
      "Set OPENAI_API_KEY to a key that this server accepts.",
    );
  if (error.status === 404)
    return new UserError(server, `it does not know the model or the address (${text})`, "Most addresses end in /v1.");
  if (error.code === noCredit || error.type === noCredit)
    return new UserError(
      server,
      `the account has no credit left (${text})`,
      "Top it up, or use another key: what was generated stays valid, and the same command goes on.",
    );
  if (error.status === 429)
    return new UserError(server, `it is busy (${text})`, "Try again later with fewer requests.");
  return new UserError(server, `it answered with an error (${text})`);
}

/** `fetch failed` says nothing: its innermost cause does. */
function reason(error: unknown, key: string | undefined): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  return redact(messageOf(innermost), key);
}
