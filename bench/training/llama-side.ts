// What llama.cpp makes of a GGUF file: token ids, greedy continuations, log-probabilities.
import { getLlama, LlamaLogLevel, type LlamaModel, type Token } from "node-llama-cpp";

/** A model in llama.cpp, read token by token with a float32 cache and no flash attention, so that results repeat. */
export class LlamaSide {
  private constructor(private readonly model: LlamaModel) {}

  static async open(file: string): Promise<LlamaSide> {
    const llama = await getLlama({ build: "never", skipDownload: true, gpu: false, logLevel: LlamaLogLevel.error });
    llama.maxThreads = 1;
    return new LlamaSide(await llama.loadModel({ modelPath: file }));
  }

  /** Token ids of a text in which nothing is special. */
  tokenize(text: string): number[] {
    return this.model.tokenize(text, false);
  }

  /** The text of token ids; special tokens have none. */
  detokenize(tokens: readonly number[]): string {
    return this.model.detokenize(tokens as Token[], false);
  }

  /** Greedy continuations of several prompts, up to the first end token. */
  async continue(prompts: readonly (readonly number[])[], length: number): Promise<number[][]> {
    return this.inContext(async (sequence) => {
      const results: number[][] = [];
      for (const prompt of prompts) {
        await sequence.clearHistory();
        const tokens: number[] = [];
        for await (const token of sequence.evaluate(prompt as Token[], { temperature: 0 })) {
          tokens.push(token);
          if (tokens.length >= length) break;
        }
        results.push(tokens);
      }
      return results;
    });
  }

  /** Natural logarithms of the probabilities of all tokens but the first, for several texts. */
  async score(texts: readonly (readonly number[])[]): Promise<number[][]> {
    return this.inContext(async (sequence) => {
      const results: number[][] = [];
      for (const tokens of texts) {
        await sequence.clearHistory();
        const scores: number[] = [];
        // A few places at a time: each one's answer holds a number for every token of the vocabulary.
        for (let start = 0; start + 1 < tokens.length; start += 8) {
          const end = Math.min(start + 8, tokens.length - 1);
          const generateNext = { logits: true, options: { temperature: 0 } };
          const asked = tokens.slice(start, end).map((token) => [token as Token, { generateNext }]);
          const answers = await sequence.controlledEvaluate(asked as [Token, { generateNext: typeof generateNext }][]);
          scores.push(
            ...answers.map((answer, place) => logProbability(answer!.next.logits!, tokens[start + place + 1] as Token)),
          );
        }
        results.push(scores);
      }
      return results;
    });
  }

  async close(): Promise<void> {
    await this.model.dispose();
  }

  private async inContext<Result>(
    work: (sequence: ReturnType<Awaited<ReturnType<LlamaModel["createContext"]>>["getSequence"]>) => Promise<Result>,
  ): Promise<Result> {
    const context = await this.model.createContext({
      contextSize: 512,
      batchSize: 512,
      sequences: 1,
      flashAttention: false,
      experimentalKvCacheKeyType: "F32",
      experimentalKvCacheValueType: "F32",
    });
    try {
      return await work(context.getSequence());
    } finally {
      await context.dispose();
    }
  }
}

/** In float64: the library's own sum over the vocabulary is in float32 and off by up to 3e-4. */
function logProbability(logits: ReadonlyMap<Token, number>, token: Token): number {
  const highest: number = logits.values().next().value!;
  let sum = 0;
  for (const logit of logits.values()) sum += Math.exp(logit - highest);
  return logits.get(token)! - highest - Math.log(sum);
}
