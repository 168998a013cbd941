import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Completion, GenerationRequest, Model } from "../../src/model/model.ts";

/** How one provider is put through the suite that all of them pass. */
export interface ConformanceCase {
  readonly name: string;
  /** Why it cannot run on this machine. */
  readonly skip?: string | undefined;
  open(): Promise<Model>;
  /** Whether the texts are made from the prompt; a replay has them already. */
  readonly generates: boolean;
  /** Whether it does what completion tasks need: says how likely a given text is, and follows a grammar. */
  readonly completes?: boolean;
}

/** A request for a few short samples of a problem that every case knows. */
export function request(changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    taskId: "conformance/0",
    prompt: { kind: "completion", text: "def add(a, b):\n    return" },
    sampling: { temperature: 0.8, topP: 0.95, maximumTokens: 10, stop: [] },
    sampleIndices: [0, 1, 2],
    seed: 7,
    ...changes,
  };
}

/** All completions of a request, in the order of their indices. */
export async function collect(completions: AsyncIterable<Completion>): Promise<Completion[]> {
  const all: Completion[] = [];
  for await (const completion of completions) all.push(completion);
  return all.sort((a, b) => a.sampleIndex - b.sampleIndex);
}

/** The suite. */
export function conformance({ name, skip, open, generates, completes = false }: ConformanceCase): void {
  describe.skipIf(skip !== undefined)(`${name}${skip === undefined ? "" : ` (${skip})`}`, () => {
    let model: Model;
    beforeAll(async () => {
      model = await open();
    });
    afterAll(() => model?.close());

    it("says what it is in a form that can be written down", () => {
      expect(model.identity.provider).not.toBe("");
      expect(model.identity.reference).not.toBe("");
      expect(JSON.parse(JSON.stringify(model.identity))).toEqual(model.identity);
      expect(model.concurrency).toBeGreaterThanOrEqual(1);
    });

    it("gives every sample that was asked for exactly once", async () => {
      const completions = await collect(model.generate(request({ sampleIndices: [2, 0] })));
      expect(completions.map(({ sampleIndex }) => sampleIndex)).toEqual([0, 2]);
      for (const completion of completions) {
        expect(typeof completion.text).toBe("string");
        expect(["end", "stop", "length"]).toContain(completion.finishReason);
        expect(completion.promptTokens).toBeGreaterThanOrEqual(generates ? 1 : 0);
        expect(completion.completionTokens).toBeLessThanOrEqual(10);
      }
    });

    it.runIf(completes)("scores a text: its pieces cover the text, and none is more than certain", async () => {
      for (const text of ["def add(a, b):\n    # Ünïcödé 漢字 🙂\n    return a + b\n", " \n\n\tx\r\n ", "x", ""]) {
        const { pieces } = await model.score!({ taskId: "conformance/1", text });
        expect(pieces.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
        for (const { logProbability, tokens } of pieces) {
          expect(logProbability ?? 0).toBeLessThanOrEqual(0);
          expect(tokens).toBeGreaterThanOrEqual(1);
        }
      }
    });

    it.runIf(completes)("finds the likeliest what it writes greedily, token by token", async () => {
      const text = "def add(a, b):\n    return";
      const sampling = { temperature: 0, topP: 1, maximumTokens: 16, stop: [] };
      const asked = request({ sampleIndices: [0], sampling, prompt: { kind: "completion", text } });
      const [written] = await collect(model.generate(asked));
      const { pieces } = await model.score!({ taskId: "conformance/1", text: text + written!.text });
      const own = pieces.filter(({ start }) => start >= text.length);
      expect(own.length).toBeGreaterThan(5);
      // Writing computes one token at a time and scoring many: with quantised weights the two are not rounded alike.
      expect(own.filter(({ isLikeliest }) => !isLikeliest).length).toBeLessThanOrEqual(1);
    });

    it.runIf(completes)("follows a grammar, greedily and drawing, and ends where it does", async () => {
      const grammar = String.raw`root ::= " "? "\n" [ \t]* [^ \t\r\n] [^\n]{3,9} "\n"`;
      for (const temperature of [0, 1]) {
        const sampling = { temperature, topP: 1, maximumTokens: 100, stop: [], grammar };
        for (const { text, finishReason } of await collect(model.generate(request({ sampling })))) {
          expect(text).toMatch(/^ ?\n[ \t]*[^ \t\r\n][^\n]{3,9}\n$/u);
          expect(finishReason).toBe("end");
        }
      }
    });

    it.runIf(completes)("refuses a text to score that was aborted before, with the reason that was given", async () => {
      const signal = AbortSignal.abort(new Error("not wanted any more"));
      await expect(model.score!({ taskId: "conformance/1", text: "x", signal })).rejects.toThrow("not wanted any more");
    });

    it("gives nothing when no sample is asked for", async () => {
      expect(await collect(model.generate(request({ sampleIndices: [] })))).toEqual([]);
    });

    it("gives the same texts for the same request", async () => {
      const ask = async () => (await collect(model.generate(request()))).map(({ text }) => text);
      expect(await ask()).toEqual(await ask());
    });

    it("keeps several requests apart", async () => {
      const alone = await collect(model.generate(request()));
      const [first, second] = await Promise.all([
        collect(model.generate(request())),
        collect(model.generate(request({ seed: 8 }))),
      ]);
      expect(first).toEqual(alone);
      expect(second).toHaveLength(3);
    });

    it("refuses a request that was aborted before, with the reason that was given", async () => {
      const signal = AbortSignal.abort(new Error("not wanted any more"));
      await expect(collect(model.generate(request({ signal })))).rejects.toThrow("not wanted any more");
    });

    it("stays usable after a request was abandoned", async () => {
      const sampling = { temperature: 0.8, topP: 0.95, maximumTokens: 10, stop: [] };
      for await (const completion of model.generate(request({ sampling }))) {
        expect(completion).toBeDefined();
        break;
      }
      expect(await collect(model.generate(request()))).toHaveLength(3);
    });

    it.runIf(generates)("cuts a completion before a stop string, and a chat reply nowhere", async () => {
      const sampling = { temperature: 0, topP: 1, maximumTokens: 10, stop: [] };
      const one = { sampleIndices: [0], sampling };
      const [free] = await collect(model.generate(request(one)));
      const stop = free!.text.slice(3, 5);
      const [cut] = await collect(model.generate(request({ ...one, sampling: { ...sampling, stop: [stop] } })));
      expect(cut).toMatchObject({ text: free!.text.slice(0, free!.text.indexOf(stop)), finishReason: "stop" });

      const prompt = { kind: "chat", messages: [{ role: "user", content: "Say hello." }] } as const;
      const [reply] = await collect(model.generate(request({ ...one, prompt })));
      const chatStop = reply!.text.slice(1, 3);
      const [same] = await collect(
        model.generate(request({ ...one, prompt, sampling: { ...sampling, stop: [chatStop] } })),
      );
      expect(same!.text).toBe(reply!.text);
    });

    it.runIf(generates)("stops at the token limit and says so", async () => {
      const sampling = { temperature: 0, topP: 1, maximumTokens: 3, stop: [] };
      const [completion] = await collect(model.generate(request({ sampleIndices: [0], sampling })));
      expect(completion).toMatchObject({ finishReason: "length", completionTokens: 3 });
    });

    it("can be closed twice", async () => {
      const another = await open();
      await another.close();
      await another.close();
    });
  });
}
