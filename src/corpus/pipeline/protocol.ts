import type { ChosenStep } from "../recipe.ts";
import type { TaskReport } from "./counts.ts";
import type { Task } from "./plan.ts";

/** What a thread is told when it starts. */
export interface ThreadSetup {
  readonly languages: readonly string[];
  readonly steps: readonly (ChosenStep & { readonly prepared: unknown })[];
  /** The folder of the corpus. */
  readonly folder: string;
  readonly keepRejects: boolean;
}

export type ToThread =
  | { readonly kind: "task"; readonly task: number; readonly parts: Task }
  /** The answer of a gate: a byte a document, 1 where it stays. */
  | { readonly kind: "verdict"; readonly keep: Uint8Array }
  | { readonly kind: "close" };

export type FromThread =
  | { readonly kind: "ready" }
  | { readonly kind: "keys"; readonly task: number; readonly gate: number; readonly keys: Uint32Array }
  /** Bytes of documents read of the task so far. */
  | { readonly kind: "progress"; readonly task: number; readonly bytes: number }
  | { readonly kind: "done"; readonly task: number; readonly report: TaskReport }
  | { readonly kind: "failed"; readonly failure: ThreadFailure };

/** A UserError, what the operating system refused, or a bug with its stack, in a form that crosses between threads. */
export interface ThreadFailure {
  readonly scope?: string;
  readonly cause: string;
  readonly remedy?: string;
  /** What Node.js says of a system call that failed. */
  readonly system?: Pick<NodeJS.ErrnoException, "code" | "syscall" | "path">;
}
