import { readFile } from "node:fs/promises";
import { z } from "zod";
import { UserError } from "../../common/errors.ts";
import { sha256 } from "../../common/files.ts";
import { readJsonLines } from "../../common/json-lines.ts";
import { apiFactor, resamplingWeight } from "../resampling.ts";
import { defineStep } from "../step.ts";

const options = z.strictObject({
  /** JSON Lines with the library's APIs, one a line under `api_name` or `name`. With it the third factor of equation 1 is applied. */
  apis: z.string().min(1).optional(),
  /** Which form of that factor: as the paper prints it, or as its published code has it. */
  apiFactor: z.enum(["paper", "published-code"]).default("paper"),
});

type Options = z.infer<typeof options>;

/** API name, without the path before it → how many APIs have it. */
type ApiCounts = ReadonlyMap<string, number>;

const entry = z.union([z.object({ api_name: z.string() }), z.object({ name: z.string() })]);

async function readApis(file: string): Promise<ApiCounts> {
  const counts = new Map<string, number>();
  for await (const { value, line } of readJsonLines(file)) {
    const { data } = entry.safeParse(value);
    if (data === undefined)
      throw new UserError(`${file}, line ${line}`, 'it has neither "api_name" nor "name"', "Give every API a name.");
    const whole = "api_name" in data ? data.api_name : data.name;
    const name = whole.slice(whole.lastIndexOf(".") + 1);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** A name before an opening bracket. */
const call = /([A-Za-z_]\w*)\s*\(/g;

/** The library's API names that a text calls, and how many APIs they could mean. */
function apisIn(text: string, apis: ApiCounts): { names: number; candidates: number } {
  const called = new Set([...text.matchAll(call)].map(([, name]) => name!));
  const counts = [...called].flatMap((name) => apis.get(name) ?? []);
  return { names: counts.length, candidates: counts.reduce((sum, count) => sum + count, 0) };
}

export const member = defineStep<Options, ApiCounts | undefined>({
  name: "weight",
  description:
    "weighs files by their repository's stars, their rate of unit tests and, for a library, their API names; drops none",
  options,
  reasons: [],
  async prepare({ apis }) {
    if (apis === undefined) return { prepared: undefined, facts: {} };
    const text = await readFile(apis).catch(() => {
      throw new UserError(
        `corpus step weight, apis ${apis}`,
        "there is no such file",
        "Paths are relative to the current folder.",
      );
    });
    const prepared = await readApis(apis);
    return { prepared, facts: { apiNames: prepared.size, apisSha256: sha256(text) } };
  },
  open: async ({ apiFactor: form }, { prepared }) => ({
    async apply(draft) {
      const { functions, tests } = await draft.syntax();
      draft.weight = resamplingWeight(draft.stars ?? 0, functions === 0 ? 0 : tests / functions);
      if (prepared === undefined) return undefined;
      const { names, candidates } = apisIn(draft.content, prepared);
      draft.weight *= apiFactor(names, candidates, form);
      return undefined;
    },
  }),
});
