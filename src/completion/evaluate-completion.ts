import path from "node:path";
import { extensionOf, type LanguageFinder, languageFinder } from "../code/languages.ts";
import { codeTokens } from "../code/tokens.ts";
import { UserError } from "../common/errors.ts";
import { withFileLock } from "../common/file-lock.ts";
import { exists, makeFolder, sha256, writeFileAtomically } from "../common/files.ts";
import { Journal, readJournal } from "../common/json-lines.ts";
import { packageDescription } from "../common/package-description.ts";
import type { ProgressListener } from "../common/progress.ts";
import { canonicalJson, configurationDifferences } from "../evaluation/run-configuration.ts";
import { readRunConfiguration, requireNewFolder } from "../evaluation/run-store.ts";
import { expectManyListeners, Slots } from "../evaluation/slots.ts";
import type { Model, TextScore } from "../model/model.ts";
import {
  type ChosenDocuments,
  chooseDocuments,
  type DocumentChoice,
  documents,
  fingerprintOf,
  type HashedDocument,
} from "./documents.ts";
import { chooseLine, editSimilarity, type LineTask, lineGrammar, lineTokens, writtenLine } from "./line-task.ts";
import {
  type CompletionConfiguration,
  type CompletionSummary,
  completionKind,
  completionVersion,
  type DocumentRecord,
  type LineResult,
} from "./records.ts";
import { summarizeCompletion } from "./summary.ts";
import { countTokens } from "./token-accuracy.ts";

/** Everything that a run of completion tasks needs. The caller opens and closes the model. */
export interface CompletionRequest {
  /** Any corpus source: a folder, a repository, an archive, a data set. */
  readonly reference: string;
  readonly choice: DocumentChoice;
  readonly model: Model;
  /** `runs/` and a name made from the request when absent. */
  readonly runFolder?: string;
  readonly onProgress?: ProgressListener;
  /** Ends the run early; what is stored stays, and the same request goes on with it. */
  readonly signal?: AbortSignal;
}

export interface CompletionEvaluation {
  readonly runFolder: string;
  readonly configuration: CompletionConfiguration;
  readonly summary: CompletionSummary;
}

/** A model that can score texts. */
type ScoringModel = Model & Required<Pick<Model, "score">>;

/**
 * Evaluates a model on completion tasks over the documents of a source: token accuracy by kind of token, one line a document
 * with exact match and edit similarity, and bits a byte. A run folder that an earlier, interrupted call of the same
 * request left is completed.
 *
 * @throws UserError when the model cannot score texts, nothing is to be scored, or the folder holds another run
 */
export async function evaluateCompletion(request: CompletionRequest): Promise<CompletionEvaluation> {
  const { reference, choice, model } = request;
  requireScoring(model);
  const chosen = await chooseDocuments(reference, choice);
  const configuration: CompletionConfiguration = {
    format: 1,
    kind: completionKind,
    version: completionVersion,
    apprentice: packageDescription().version,
    documents: {
      reference,
      fingerprint: fingerprintOf(chosen),
      count: chosen.hashes.length,
      bytes: chosen.bytes,
      ...choice,
    },
    model: model.identity,
  };
  const runFolder = request.runFolder ?? path.join("runs", folderName(configuration));
  const summary = await withFileLock(
    path.join(runFolder, "run.lock"),
    async () => {
      await claimFolder(runFolder, configuration);
      const records = await completeRun(request, model, chosen, path.join(runFolder, "documents.jsonl"));
      const result = summarizeCompletion(configuration, records);
      await writeFileAtomically(path.join(runFolder, "summary.json"), `${JSON.stringify(result, null, 2)}\n`);
      return result;
    },
    () => {
      throw new UserError(`run "${runFolder}"`, "another process is working on it", "Wait until it is done.");
    },
  );
  return { runFolder, configuration, summary };
}

function requireScoring(model: Model): asserts model is ScoringModel {
  if (model.score !== undefined) return;
  throw new UserError(
    `model "${model.identity.reference}"`,
    `completion tasks need the probabilities of a given text, which the provider ${model.identity.provider} does not give`,
    "Name a local model: a GGUF file, a Hugging Face folder, or one of `apprentice model list`.",
  );
}

async function claimFolder(folder: string, configuration: CompletionConfiguration): Promise<void> {
  const file = path.join(folder, "run.json");
  await makeFolder(folder);
  if (!(await exists(file))) {
    await requireNewFolder(folder);
    return writeFileAtomically(file, `${JSON.stringify(configuration, null, 2)}\n`);
  }
  const differences = configurationDifferences(await readRunConfiguration(folder), configuration);
  if (differences.length === 0) return;
  throw new UserError(
    `run "${folder}"`,
    `it holds a run with another configuration:\n  ${differences.join("\n  ")}\nNothing was changed.`,
    "Name another folder with --run, or give the command that started this one.",
  );
}

/** Does the documents that are missing and returns the records of all. */
async function completeRun(
  { reference, onProgress, signal }: CompletionRequest,
  model: ScoringModel,
  { hashes }: ChosenDocuments,
  file: string,
): Promise<DocumentRecord[]> {
  const journal = await Journal.open<DocumentRecord>(file);
  const slots = new Slots(model.concurrency);
  const find = await languageFinder();
  const records = new Map<string, DocumentRecord>();
  if (signal !== undefined) expectManyListeners(signal);
  for await (const record of readJournal<DocumentRecord>(file)) records.set(record.sha256, record);
  const missing = new Set(hashes.filter((hash) => !records.has(hash)));
  const report = () => onProgress?.({ task: "complete", done: records.size, total: hashes.length, unit: "documents" });
  report();
  try {
    for await (const document of documents(reference)) {
      if (missing.size === 0) break;
      if (!missing.delete(document.sha256)) continue;
      signal?.throwIfAborted();
      await slots.start(async () => {
        const record = await judgeDocument(model, document, find, signal);
        await journal.append(record);
        records.set(record.sha256, record);
        report();
      });
    }
    await slots.idle();
    if (missing.size > 0)
      throw new UserError(`source "${reference}"`, "documents of it are gone since they were counted", "Ask again.");
  } finally {
    await slots.idle().catch(() => undefined);
    await journal.close();
  }
  return [...records.values()];
}

async function judgeDocument(
  model: ScoringModel,
  document: HashedDocument,
  find: LanguageFinder,
  signal: AbortSignal | undefined,
): Promise<DocumentRecord> {
  const { content, path: file, repo, sha256: hash } = document;
  const asked = { taskId: `${repo}/${file}`, ...(signal === undefined ? {} : { signal }) };
  const score = await model.score({ ...asked, text: content });
  const language = find(file, content);
  const tokens = language === undefined ? undefined : await codeTokens(language, extensionOf(file), content);
  const task = tokens === undefined ? undefined : chooseLine(content, tokens, score, hash);
  return {
    sha256: hash,
    repo,
    path: file,
    ...entropyOf(content, score),
    ...(tokens === undefined ? {} : { kinds: countTokens(tokens, score) }),
    ...(task === undefined ? {} : { line: await writeLine(model, task, asked) }),
  };
}

function entropyOf(text: string, { pieces }: TextScore): Pick<DocumentRecord, "bytes" | "tokens" | "bits"> {
  const predicted = pieces.filter(({ logProbability }) => logProbability !== null);
  const start = predicted[0]?.start ?? text.length;
  return {
    bytes: Buffer.byteLength(text.slice(start)),
    tokens: predicted.reduce((sum, { tokens }) => sum + tokens, 0),
    bits: predicted.reduce((sum, { logProbability }) => sum - logProbability!, 0) / Math.LN2,
  };
}

/** Greedy, up to the end of the line. */
async function writeLine(
  model: Model,
  { line, prompt, expected }: LineTask,
  asked: { readonly taskId: string; readonly signal?: AbortSignal },
): Promise<LineResult> {
  const sampling = { temperature: 0, topP: 1, maximumTokens: lineTokens, stop: [], grammar: lineGrammar };
  const request = { ...asked, prompt: { kind: "completion", text: prompt } as const, sampling };
  let text = "";
  for await (const completion of model.generate({ ...request, sampleIndices: [0], seed: 0 })) text = completion.text;
  const written = writtenLine(text);
  return { line, expected, text, exact: written === expected, similarity: editSimilarity(written, expected) };
}

/** Readable, and the same for the same request. */
function folderName({ documents: { fingerprint }, model }: CompletionConfiguration): string {
  const hash = sha256(canonicalJson({ fingerprint, model })).slice(0, 8);
  const name = path.basename(model.reference).replace(/\.gguf$/i, "");
  return [completionKind, name, hash].map((part) => part.replace(/[^\w.]+/g, "-")).join("-");
}
