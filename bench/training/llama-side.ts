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
        const asked = tokens.slice(0, -1).map((token, place) => {
          // Not `includeMax`: with a list of tokens 3.22.1 leaves the largest logit out.
          const filter = { tokens: [tokens[place + 1] as Token], includeTop: 1 };
          const generateNext = { logits: { filter }, totalLogitWeight: true, options: { temperature: 0 } };
          return [token as Token, { generateNext }] as [Token, { generateNext: typeof generateNext }];
        });
        const answers = await sequence.controlledEvaluate(asked);
        results.push(
          answers.map((answer, place) => {
            const { logits, totalLogitWeight } = answer!.next;
            const highest = Math.max(...logits!.values());
            return logits!.get(tokens[place + 1] as Token)! - highest - Math.log(totalLogitWeight!);
          }),
        );
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
