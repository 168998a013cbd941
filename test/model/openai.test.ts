import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelSettings } from "../../src/model/model.ts";
import { openModel } from "../../src/model/open-model.ts";
import { Budget } from "../../src/model/openai/budget.ts";
import { OpenAiModel } from "../../src/model/openai/openai-model.ts";
import { collect, request } from "./model.conformance.ts";
import { type Asked, answerOf, reply, startServer } from "./openai-server.ts";

const secret = "sk-very-secret-0123456789";
let server: Awaited<ReturnType<typeof startServer>>;
let host: string;

beforeEach(async () => {
  process.env.OPENAI_API_KEY = secret;
  server = await startServer(async (asked) => echo(asked));
  host = new URL(server.baseUrl).host;
});
afterEach(async () => {
  delete process.env.OPENAI_API_KEY;
  await server.close();
});

/** As many texts as were asked for. */
function echo(asked: Asked, count = asked.body.n ?? 1) {
  return answerOf(
    asked,
    Array.from({ length: count }, (_, index) => `text ${index}`),
    "stop",
    count * 3,
  );
}

const open = (settings: ModelSettings = {}) => openModel("openai:test-model", { baseUrl: server.baseUrl, ...settings });

/** A model with short patience. */
const impatient = (changes: { timeoutSeconds?: number; retries?: number; budget?: Budget } = {}) =>
  new OpenAiModel({
    identity: { provider: "openai-compatible", reference: "openai:test-model" },
    model: "test-model",
    baseUrl: server.baseUrl,
    key: secret,
    budget: Budget.of({}),
    concurrency: 4,
    timeoutSeconds: 0.3,
    retries: 0,
    ...changes,
  });

describe("requests", () => {
  it("asks for all samples of a prompt at once and shares the counted tokens out", async () => {
    const model = await open({ promptPrice: 2, completionPrice: 6 });
    const completions = await collect(model.generate(request()));
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]!.path).toBe("/v1/completions");
    expect(server.asked[0]!.body).toMatchObject({ model: "test-model", n: 3, max_tokens: 10, top_p: 0.95 });
    expect(completions.map(({ text }) => text)).toEqual(["text 0", "text 1", "text 2"]);
    expect(completions.map(({ completionTokens }) => completionTokens)).toEqual([3, 3, 3]);
    const cost = completions.reduce((sum, completion) => sum + completion.cost!, 0);
    expect(cost).toBeCloseTo((5 * 2 + 9 * 6) / 1e6, 12);
  });

  it("asks one by one where the server refuses several at once", async () => {
    server.state.interfere = (asked, response) => {
      if (asked.body.n === undefined) return false;
      reply(response, 400, { error: { message: "n must be 1 when using greedy sampling" } });
      return true;
    };
    const model = await open();
    expect(await collect(model.generate(request()))).toHaveLength(3);
    expect(server.asked.map(({ body }) => body.n)).toEqual([3, undefined, undefined, undefined]);
    expect(new Set(server.asked.slice(1).map(({ body }) => body.seed)).size).toBe(3);
    await collect(model.generate(request()));
    expect(server.asked).toHaveLength(7);
  });

  it("asks for the rest where the server gives fewer texts than wanted", async () => {
    server.state.interfere = (asked, response) => {
      reply(response, 200, echo(asked, 1));
      return true;
    };
    const completions = await collect((await open()).generate(request()));
    expect(completions.map(({ sampleIndex }) => sampleIndex)).toEqual([0, 1, 2]);
    expect(server.asked.map(({ body }) => body.n)).toEqual([3, undefined, undefined]);
  });

  it("sends four stop strings at most and cuts by all of them", async () => {
    server.state.interfere = (asked, response) => {
      reply(response, 200, answerOf(asked, ["one\ntwo END three"]));
      return true;
    };
    const sampling = { temperature: 0, topP: 1, maximumTokens: 10, stop: ["a!", "b!", "c!", "d!", "END"] };
    const [completion] = await collect((await open()).generate(request({ sampleIndices: [0], sampling })));
    expect(server.asked[0]!.body.stop).toEqual(["a!", "b!", "c!", "d!"]);
    expect(completion).toMatchObject({ text: "one\ntwo ", finishReason: "stop" });
  });

  it("sends no stop strings with a chat", async () => {
    const sampling = { temperature: 0, topP: 1, maximumTokens: 10, stop: ["text"] };
    const prompt = { kind: "chat", messages: [{ role: "user", content: "Hello" }] } as const;
    const [completion] = await collect((await open()).generate(request({ sampleIndices: [0], sampling, prompt })));
    expect(server.asked[0]!.path).toBe("/v1/chat/completions");
    expect(server.asked[0]!.body.stop).toBeUndefined();
    expect(completion!.text).toBe("text 0");
  });

  it("uses the newer name of the token limit where the server wants it", async () => {
    server.state.interfere = (asked, response) => {
      if (asked.body.max_tokens === undefined) return false;
      const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
      reply(response, 400, { error: { message } });
      return true;
    };
    const prompt = { kind: "chat", messages: [{ role: "user", content: "Hello" }] } as const;
    const [completion] = await collect((await open()).generate(request({ sampleIndices: [0], prompt })));
    expect(completion!.text).toBe("text 0");
    expect(server.asked[1]!.body.max_completion_tokens).toBe(10);
  });

  it("keeps no more requests under way than it was told", async () => {
    let current = 0;
    let most = 0;
    server.state.interfere = async (asked, response) => {
      most = Math.max(most, ++current);
      await new Promise((resolve) => setTimeout(resolve, 20));
      current--;
      reply(response, 200, echo(asked, 1));
      return true;
    };
    const model = await open({ slots: 3 });
    await Promise.all(
      Array.from({ length: 10 }, (_, task) =>
        collect(model.generate(request({ taskId: `${task}`, sampleIndices: [0] }))),
      ),
    );
    expect(most).toBe(3);
  });
});

describe("failures", () => {
  it("tries again after 429 and 500, as long as the server says", async () => {
    const statuses = [429, 500];
    server.state.interfere = (_asked, response) => {
      const status = statuses.shift();
      if (status === undefined) return false;
      reply(response, status, { error: { message: "not now" } }, { "retry-after": "0.2" });
      return true;
    };
    const started = performance.now();
    expect(await collect((await open()).generate(request()))).toHaveLength(3);
    expect(server.asked).toHaveLength(3);
    expect(performance.now() - started).toBeGreaterThan(380);
  });

  it("does not try again where the account has no credit", async () => {
    server.state.interfere = (_asked, response) => {
      const error = {
        message: "You exceeded your current quota",
        type: "insufficient_quota",
        code: "insufficient_quota",
      };
      reply(response, 429, { error });
      return true;
    };
    await expect(collect((await open()).generate(request()))).rejects.toThrow(
      `model test-model at ${host}: the account has no credit left (429 You exceeded your current quota). Top it up`,
    );
    expect(server.asked).toHaveLength(1);
  });

  it("does not sleep for hours where the server asks for it", async () => {
    server.state.interfere = (_asked, response) => {
      reply(response, 429, { error: { message: "daily limit" } }, { "retry-after": "86400" });
      return true;
    };
    await expect(collect((await open()).generate(request()))).rejects.toThrow("it is busy (429 daily limit)");
    expect(server.asked).toHaveLength(1);
  });

  it("tries again after an answer that broke off in the middle", async () => {
    let breaks = 2;
    server.state.interfere = (_asked, response) => {
      if (breaks-- === 0) return false;
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"choices": [{"te', () => response.destroy());
      return true;
    };
    expect(await collect(impatient({ retries: 2, timeoutSeconds: 60 }).generate(request()))).toHaveLength(3);
    breaks = 2;
    await expect(collect(impatient({ retries: 0 }).generate(request()))).rejects.toThrow(
      /^model test-model at .*: it cannot be reached \(.+\)\. Check the address and the network\.$/,
    );
  });

  it("gives up in the end and says why", async () => {
    server.state.interfere = (_asked, response) => {
      reply(response, 500, { error: { message: "out of order" } }, { "retry-after-ms": "1" });
      return true;
    };
    const generation = collect(impatient({ retries: 2 }).generate(request()));
    await expect(generation).rejects.toThrow(
      `model test-model at ${host}: it answered with an error (500 out of order).`,
    );
    expect(server.asked).toHaveLength(3);
  });

  it("never prints the key, whatever the server echoes", async () => {
    server.state.interfere = (asked, response) => {
      expect(asked.authorization).toBe(`Bearer ${secret}`);
      reply(response, 401, { error: { message: `Incorrect API key provided: ${secret}, or sk-ver*****6789` } });
      return true;
    };
    const error = await collect((await open()).generate(request())).catch((thrown: Error) => thrown);
    expect(String(error)).toContain("it refused the key (401 Incorrect API key provided: [key], or [key])");
    expect(JSON.stringify(error)).not.toContain("sk-ver");
    expect((error as Error).message).toContain("Set OPENAI_API_KEY to a key that this server accepts.");
  });

  it("says when the server does not know the model", async () => {
    server.state.interfere = (_asked, response) => {
      reply(response, 404, { error: { message: "no model test-model" } });
      return true;
    };
    await expect(collect((await open()).generate(request()))).rejects.toThrow("Most addresses end in /v1.");
  });

  it.each([
    [200, "its answer is not of OpenAI's form"],
    [502, "it answered with an error (502"],
  ])("says when a page comes instead of an answer: %i", async (status, expected) => {
    server.state.interfere = (_asked, response) => {
      response.writeHead(status, { "content-type": "text/html", "retry-after-ms": "1" });
      response.end("<html><body>Gateway</body></html>");
      return true;
    };
    const generation = collect(impatient().generate(request({ sampleIndices: [0] })));
    await expect(generation).rejects.toThrow(`model test-model at ${host}: ${expected}`);
  });

  it("takes an answer that counts nothing", async () => {
    server.state.interfere = (asked, response) => {
      reply(response, 200, { choices: echo(asked).choices });
      return true;
    };
    const completions = await collect((await open({ completionPrice: 1 })).generate(request()));
    expect(completions.map(({ completionTokens, cost }) => [completionTokens, cost])).toEqual([
      [0, undefined],
      [0, undefined],
      [0, undefined],
    ]);
  });

  it.each([
    ["no JSON", "{half", "its answer is no JSON"],
    ["another form", '{"result": "x"}', "its answer is not of OpenAI's form at choices"],
    ["an error", `{"error": {"message": "loading; key ${secret}"}}`, "it answered with an error (loading; key [key])."],
    ["an error in short", '{"error": "loading"}', "it answered with an error (loading)."],
    ["no choices", '{"choices": []}', "its answer holds no text"],
  ])("says when the answer is malformed: %s", async (_name, body, expected) => {
    server.state.interfere = (_asked, response) => {
      reply(response, 200, body);
      return true;
    };
    const generation = collect((await open()).generate(request({ sampleIndices: [0] })));
    await expect(generation).rejects.toThrow(`model test-model at ${host}: ${expected}`);
  });

  it("does not wait for ever: neither for an answer nor for its end", async () => {
    server.state.interfere = () => new Promise(() => undefined);
    await expect(collect(impatient().generate(request()))).rejects.toThrow("it did not answer in time");
    server.state.interfere = (_asked, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"choices": [');
      return true;
    };
    await expect(collect(impatient().generate(request()))).rejects.toThrow("it did not answer in time");
  });

  it("says when the server cannot be reached", async () => {
    await server.close();
    await expect(collect(impatient().generate(request()))).rejects.toThrow(/it cannot be reached \(.*ECONNREFUSED/);
  });

  it("refuses addresses that are none, or that hold a secret", async () => {
    await expect(open({ baseUrl: "localhost" })).rejects.toThrow("this is no address of a server");
    const error = await open({ baseUrl: "http://user:hidden@localhost/v1" }).catch((thrown: Error) => thrown);
    expect(String(error)).toContain("it holds credentials or parameters");
    expect(String(error)).not.toContain("hidden");
  });

  it("wants a key for OpenAI's own server, and none for others", async () => {
    delete process.env.OPENAI_API_KEY;
    await expect(openModel("openai:gpt-4o")).rejects.toThrow(
      'model "openai:gpt-4o": there is no key for OpenAI\'s server. Set OPENAI_API_KEY, or give the address of another server with --base-url.',
    );
    expect(await collect((await open()).generate(request()))).toHaveLength(3);
  });
});

describe("budget", () => {
  const prices = { promptPrice: 0, completionPrice: 1e6 / 10 };

  it("stops before a request that could exceed it, counting what is under way", async () => {
    // 10 tokens at most cost $1; 3 tokens, which is what the server uses, cost $0.30.
    const model = await open({ ...prices, budget: 2.05 });
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => collect(model.generate(request({ sampleIndices: [0] })))),
    );
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
    // After four answers $1.20 are spent, and $1 more would be too much.
    expect(server.asked).toHaveLength(4);
    expect(failures).toHaveLength(4);
    expect(failures[0]!.message).toBe(
      "budget: $1.20 of $2.05 are spent, and the next request may cost $1.00. What was generated so far stays valid: raise the budget and run the same command again to go on.",
    );
  });

  it("counts attempts whose answer got lost at their worst", async () => {
    server.state.interfere = (_asked, response) => {
      response.destroy();
      return true;
    };
    const budget = Budget.of({ ...prices, budget: 2.5 });
    const model = impatient({ budget, retries: 5 });
    await expect(collect(model.generate(request({ sampleIndices: [0] })))).rejects.toThrow("$2.00 of $2.50 are spent");
    expect(server.asked).toHaveLength(2);
  });

  it("wants prices", async () => {
    await expect(open({ budget: 1 })).rejects.toThrow("budget: without prices nobody knows when it is spent.");
  });
});
