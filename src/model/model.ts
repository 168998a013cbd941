import type { ProgressListener } from "../common/progress.ts";

/** A turn of a conversation. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A text to continue, or a conversation to answer. */
export type Prompt =
  | { readonly kind: "completion"; readonly text: string }
  | { readonly kind: "chat"; readonly messages: readonly ChatMessage[] };

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** 0 or absent: no limit. */
  readonly topK?: number;
  /** At most this many new tokens. */
  readonly maximumTokens: number;
  /** Cuts a completion before the first occurrence of any of these. Never applied to chat. */
  readonly stop: readonly string[];
  /** GBNF grammar that constrains the output, where the provider supports it: llama.cpp any, Transformers plain sequences. */
  readonly grammar?: string;
}

/** One prompt, several samples. */
export interface GenerationRequest {
  /** The problem's id: what a replay is looked up by, and what messages name. */
  readonly taskId: string;
  readonly prompt: Prompt;
  readonly sampling: Sampling;
  /** The samples wanted, by index. Sample `i` depends on the seed and on `i` alone, not on which others are asked for. */
  readonly sampleIndices: readonly number[];
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export interface Completion {
  readonly sampleIndex: number;
  /** Raw text, cut at the stop string, never trimmed. */
  readonly text: string;
  /** `end`: the model ended it; `stop`: a stop string; `length`: the token limit. */
  readonly finishReason: "end" | "stop" | "length";
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In US dollars, where the provider has a price. */
  readonly cost?: number;
}

/**
 * Scope of the UserError by which `generate` says that the budget is used up: no request will be answered any more, and what was
 * generated so far is a valid part of the whole.
 */
export const budgetScope = "budget";

/** What a model is, for `run.json`: enough to tell two models apart and to get the same one again. */
export interface ModelIdentity {
  readonly provider: string;
  /** As the user gave it. */
  readonly reference: string;
  readonly [detail: string]: string | number | boolean;
}

/** Tokens that a prediction of a given text looks back on at most, where neither the model nor the user asks for fewer. */
export const usualScoreContext = 2048;

/** A text that a model is to judge. */
export interface ScoreRequest {
  /** What messages name. */
  readonly taskId: string;
  readonly text: string;
  readonly signal?: AbortSignal;
}

/** A part of a text that is one token, or several where they share a character. */
export interface ScoredPiece {
  /** Place in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  /** Natural logarithm of its probability after all that comes before it; null at the start of a text that nothing precedes. */
  readonly logProbability: number | null;
  /** Whether greedy decoding would have written it. */
  readonly isLikeliest: boolean;
}

/** What a model thinks of a text. The pieces cover it without gaps. */
export interface TextScore {
  readonly pieces: readonly ScoredPiece[];
  /** Tokens that a prediction looked back on at most. */
  readonly context: number;
}

/** A model that is ready to generate. */
export interface Model {
  readonly identity: ModelIdentity;
  /** How many requests may be under way at once to keep it busy. */
  readonly concurrency: number;
  /** Streams the samples as they finish, in any order. */
  generate(request: GenerationRequest): AsyncIterable<Completion>;
  /** Says how likely a given text is, where the provider can: completion tasks need it. */
  score?(request: ScoreRequest): Promise<TextScore>;
  /** Frees memory, processes and connections. */
  close(): Promise<void>;
}

/** Provider-specific settings, as the command line or a recipe gives them. */
export interface ModelSettings {
  /** Base URL of an OpenAI-compatible server. */
  readonly baseUrl?: string;
  /** Stop before this many US dollars are spent. */
  readonly budget?: number;
  /** US dollars per million prompt and completion tokens. */
  readonly promptPrice?: number;
  readonly completionPrice?: number;
  /** Worker processes of a local model; measured when absent. */
  readonly processes?: number;
  /** Samples that one process generates side by side, or requests under way at once at a server. */
  readonly slots?: number;
  /** Context window in tokens. */
  readonly contextSize?: number;
  /** For replays: where the text of a sample comes from besides a file. */
  readonly replaySource?: ReplaySource;
  /** Hears of the download of a local model that is not on this machine yet. */
  readonly progress?: ProgressListener;
  /** Told in a calm line what is worth knowing, for example that a source of a download was passed over. */
  readonly remark?: (line: string) => void;
}

/** Texts that a replay can hand out: the references of a benchmark, or broken versions of them. */
export interface ReplaySource {
  completionsOf(taskId: string): readonly string[];
}

/** What a user can set for a model and that means something to some providers only. */
export type ProviderSetting = Exclude<keyof ModelSettings, "replaySource" | "progress" | "remark">;

/** A kind of model. */
export interface ModelProvider {
  /** For example `llama.cpp`. */
  readonly name: string;
  /** What references look like, for help and messages, for example `path/to/model.gguf`. */
  readonly referenceForm: string;
  /** The settings that mean something to it; others are refused before it opens. */
  readonly settings: readonly ProviderSetting[];
  /** Whether this provider opens such a reference, and how surely: the highest answer wins, 0 is no. */
  claims(reference: string): number;
  open(reference: string, settings: ModelSettings): Promise<Model>;
}
