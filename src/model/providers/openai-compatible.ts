import { UserError } from "../../common/errors.ts";
import type { Model, ModelProvider, ModelSettings } from "../model.ts";
import { Budget } from "../openai/budget.ts";
import { OpenAiModel } from "../openai/openai-model.ts";

const prefix = "openai:";
const defaultBaseUrl = "https://api.openai.com/v1";

/** Requests under way at once where the user names no number. */
const defaultConcurrency = 8;

/** Seconds for one answer: a slow server with a long text is no dead one. */
const timeoutSeconds = 600;

const retries = 6;

/** Models behind any server that speaks OpenAI's protocol: OpenAI, vLLM, llama.cpp's server, Ollama and many more. */
export const member: ModelProvider = {
  name: "openai-compatible",
  referenceForm: "openai:MODEL",
  settings: ["baseUrl", "budget", "promptPrice", "completionPrice", "slots"],

  claims: (reference) => (reference.startsWith(prefix) && reference.length > prefix.length ? 1 : 0),

  async open(reference: string, settings: ModelSettings): Promise<Model> {
    const model = reference.slice(prefix.length);
    const key = process.env.OPENAI_API_KEY || undefined;
    if (settings.baseUrl === undefined && key === undefined) {
      throw new UserError(
        `model "${reference}"`,
        "there is no key for OpenAI's server",
        "Set OPENAI_API_KEY, or give the address of another server with --base-url.",
      );
    }
    const baseUrl = readUrl(settings.baseUrl ?? defaultBaseUrl);
    return new OpenAiModel({
      identity: { provider: this.name, reference, baseUrl },
      model,
      baseUrl,
      key,
      budget: Budget.of(settings),
      concurrency: settings.slots ?? defaultConcurrency,
      timeoutSeconds,
      retries,
    });
  },
};

/** The address goes into run.json and into messages, so it may hold no secret. */
function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UserError(
      `base URL "${text}"`,
      "this is no address of a server",
      "Give one like http://localhost:8000/v1.",
    );
  if (url.username !== "" || url.password !== "" || url.search !== "")
    throw new UserError("base URL", "it holds credentials or parameters", "Give the key in OPENAI_API_KEY.");
  return url.href.replace(/\/$/, "");
}
