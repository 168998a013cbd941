import type {
  ControlledEvaluateIndexOutput,
  ControlledEvaluateInputItem,
  LlamaContext,
  LlamaModel,
  Token,
} from "node-llama-cpp";
import { UserError } from "../../common/errors.ts";
import { type ScoredPiece, type TextScore, usualScoreContext } from "../model.ts";

/** Positions that are computed at once: llama.cpp holds the whole vocabulary's values for each. */
const batchSize = 256;

/** Tokens of one character at most: four bytes. More in a row that make no text mean that the tokenizer changes texts. */
const longestSplit = 8;

/** Scores texts with one loaded model, one after the other. */
export class Scorer {
  #context: LlamaContext | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly model: LlamaModel,
    readonly settings: { readonly contextSize?: number },
  ) {}

  /** What the model thinks of a text, token by token. Texts wait for each other. */
  score(text: string): Promise<TextScore> {
    const result = this.#last.then(() => this.#score(text));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #score(text: string): Promise<TextScore> {
    const { bos, shouldPrependBosToken } = this.model.tokens;
    const begin = shouldPrependBosToken && bos !== null ? [bos] : [];
    const body = this.model.tokenize(text);
    const tokens = [...begin, ...body];
    const scores = await this.#scoreTokens(tokens);
    const scored = pieces(text, body, scores.slice(begin.length), (some) => this.model.detokenize(some));
    return { pieces: scored, context: this.#limit };
  }

  /**
   * For each token its natural log-probability after those before it, and whether it was the likeliest; undefined for the first
   * one. A text longer than the context is read in windows that overlap by half: what is predicted has that much before it.
   */
  async #scoreTokens(tokens: readonly Token[]): Promise<(TokenScore | undefined)[]> {
    const scores: (TokenScore | undefined)[] = tokens.map(() => undefined);
    const context = await this.#open();
    // llama.cpp keeps one place free; and it makes a small context larger than it was asked to.
    const window = Math.min(this.#limit, context.contextSize) - 1;
    const sequence = context.getSequence();
    try {
      for (let start = 0, first = 1; first < tokens.length; ) {
        const end = Math.min(tokens.length, start + window + 1);
        const items = tokens.slice(start, end - 1).map((token, offset) => {
          const next = start + offset + 1;
          return next < first ? token : asking(token, tokens[next]!);
        });
        await sequence.clearHistory();
        const outputs = await sequence.controlledEvaluate(items);
        for (const [offset, output] of outputs.entries())
          if (output !== undefined) scores[start + offset + 1] = tokenScore(tokens[start + offset + 1]!, output.next);
        first = end;
        start = end - Math.ceil(window / 2);
      }
    } finally {
      sequence.dispose();
    }
    return scores;
  }

  /** Tokens that a prediction looks back on at most. */
  get #limit(): number {
    return Math.min(this.settings.contextSize ?? usualScoreContext, this.model.trainContextSize);
  }

  async #open(): Promise<LlamaContext> {
    const limit = this.#limit;
    this.#context ??= await this.model.createContext({
      contextSize: limit,
      sequences: 1,
      batchSize: Math.min(batchSize, limit),
      // As for generation: probabilities must not depend on how the text was cut into batches.
      flashAttention: false,
      swaFullCache: true,
      // In 16 bits, the usual, keys and values are rounded, and a probability is off by up to half a percent.
      experimentalKvCacheKeyType: "F32",
      experimentalKvCacheValueType: "F32",
    });
    return this.#context;
  }
}

interface TokenScore {
  readonly logProbability: number;
  readonly isLikeliest: boolean;
}

/**
 * Asks for two values of the vocabulary's: those of the token that comes and of the one that greedy decoding selects, which is
 * the likeliest. Handing over the whole vocabulary, or sorting it, costs more than computing it.
 */
function asking(token: Token, next: Token): ControlledEvaluateInputItem {
  const filter = { tokens: [next], includeSelected: true };
  return [token, { generateNext: { token: true, logits: { filter }, totalLogitWeight: true } }];
}

/** log softmax: the token's logit, less the largest, less the logarithm of the sum of exp(logit - largest). */
function tokenScore(token: Token, next: NonNullable<ControlledEvaluateIndexOutput>["next"]): TokenScore {
  const { token: likeliest, logits, totalLogitWeight } = next;
  if (likeliest === undefined || likeliest === null || logits === undefined || totalLogitWeight === undefined)
    throw new Error("llama.cpp gave no logits");
  const logProbability = logits.get(token)! - logits.get(likeliest)! - Math.log(totalLogitWeight);
  return { logProbability, isLikeliest: likeliest === token };
}

/** Finds each token's place in the text. Tokens that hold parts of one character make one piece. */
export function pieces(
  text: string,
  tokens: readonly Token[],
  scores: readonly (TokenScore | undefined)[],
  decode: (tokens: readonly Token[]) => string,
): ScoredPiece[] {
  const found: ScoredPiece[] = [];
  let start = 0;
  for (let index = 0; index < tokens.length; ) {
    let count = 1;
    let length = lengthAt(text, start, decode(tokens.slice(index, index + count)));
    while (length === undefined && count < longestSplit && index + count < tokens.length)
      length = lengthAt(text, start, decode(tokens.slice(index, index + ++count)));
    if (length === undefined)
      throw new UserError(
        "llama.cpp",
        "this model's tokenizer does not give a text back unchanged",
        "Use another model.",
      );
    const own = scores.slice(index, index + count);
    const isScored = own.every((score) => score !== undefined);
    found.push({
      start,
      end: start + length,
      tokens: count,
      logProbability: isScored ? own.reduce((sum, score) => sum + score.logProbability, 0) : null,
      isLikeliest: isScored && own.every(({ isLikeliest }) => isLikeliest),
    });
    start += length;
    index += count;
  }
  return found;
}

/** How much of the text the decoded tokens are; some tokenizers drop a blank when they decode. */
function lengthAt(text: string, start: number, decoded: string): number | undefined {
  if (text.startsWith(decoded, start)) return decoded.length;
  return text.startsWith(` ${decoded}`, start) ? decoded.length + 1 : undefined;
}
