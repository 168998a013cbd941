import type { Completion, Prompt, Sampling, TextScore } from "../model.ts";

/** What the worker loads, told once. */
export interface OpenModel {
  readonly kind: "open";
  readonly file: string;
  /** Samples generated side by side. */
  readonly slots: number;
  /** Tokens a slot can hold; grown as requests need it when absent. */
  readonly contextSize?: number;
}

/** A prompt of which samples will be asked for. */
export interface BeginRequest {
  readonly kind: "begin";
  readonly request: number;
  readonly taskId: string;
  readonly prompt: Prompt;
  readonly sampling: Sampling;
  readonly seed: number;
  /** Whether more than one sample is wanted, so that keeping the evaluated prompt pays. */
  readonly shared: boolean;
  /** The prompt is a text to score, in one sample; nothing is generated. */
  readonly scores: boolean;
}

/** A completion on its way from the worker; that of a request to score carries the score. */
export interface WorkerCompletion extends Completion {
  readonly score?: TextScore;
}

export interface SampleRequest {
  readonly kind: "sample";
  readonly request: number;
  readonly sampleIndex: number;
}

/** No more samples of that prompt will be asked for; those under way are abandoned. */
export interface EndRequest {
  readonly kind: "end";
  readonly request: number;
}

export type ToWorker = OpenModel | BeginRequest | SampleRequest | EndRequest;

/** What the loaded model is. */
export interface ModelFacts {
  /** `cpu`, or the kind of accelerator. */
  readonly backend: string;
  /** Release of llama.cpp. */
  readonly release: string;
}

/** A UserError or a bug, in a form that survives the way between processes. */
export interface WorkerFailure {
  readonly scope?: string;
  readonly cause: string;
  readonly remedy?: string;
}

export type FromWorker =
  | { readonly kind: "ready"; readonly facts: ModelFacts }
  | { readonly kind: "unusable"; readonly failure: WorkerFailure }
  | { readonly kind: "completion"; readonly request: number; readonly completion: WorkerCompletion }
  | {
      readonly kind: "failed";
      readonly request: number;
      readonly sampleIndex: number;
      readonly failure: WorkerFailure;
    };
