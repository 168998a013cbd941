import { languageFinder } from "../../../src/code/languages.ts";
import type { Document } from "../../../src/corpus/document.ts";
import { Draft, type SyntaxInterest } from "../../../src/corpus/draft.ts";
import type { Decision, LocalStep } from "../../../src/corpus/step.ts";
import { corpusSteps } from "../../../src/corpus/steps.ts";

const find = await languageFinder();

/** A draft of a text; a Python file unless its path says otherwise. */
export function draftOf(
  content: string,
  about: Partial<Document> = {},
  interest: SyntaxInterest = { libraries: new Set() },
): Draft {
  const bytes = Buffer.from(content);
  const document = { path: "a.py", repo: "owner/name", license: null, stars: null, ...about, content, bytes };
  return new Draft(document, find(document.path, content)!, interest);
}

/** A step that decides alone, made ready as a build would. */
export async function openLocal(name: string, options: Record<string, unknown> = {}) {
  const step = await corpusSteps.get(name);
  const parsed = step.options.parse(options);
  const made = await step.prepare?.(parsed);
  const interest = { libraries: new Set<string>() };
  const open = (await step.open(parsed, { interest, prepared: made?.prepared })) as LocalStep;
  return {
    facts: made?.facts,
    close: () => open.close?.(),
    /** What the step says of a text, and the draft as it left it. */
    async judge(content: string, about: Partial<Document> = {}): Promise<{ decision: Decision; draft: Draft }> {
      const draft = draftOf(content, about, interest);
      return { decision: await open.apply(draft), draft };
    },
  };
}

/** The reason for which a step drops a text; undefined where it keeps it. */
export async function reasonOf(name: string, content: string, options = {}, about: Partial<Document> = {}) {
  const step = await openLocal(name, options);
  const { decision } = await step.judge(content, about);
  await step.close();
  return decision?.reason;
}
