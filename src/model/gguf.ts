import { stat } from "node:fs/promises";
import path from "node:path";
import type { GgufFileInfo } from "node-llama-cpp";
import { messageOf, UserError } from "../common/errors.ts";

/** What a GGUF file says about the model in it. */
export interface GgufFacts {
  readonly file: string;
  readonly bytes: number;
  readonly name?: string;
  /** For example `qwen2`. */
  readonly architecture: string;
  readonly parameters: number;
  /** Tokens that the model was trained to see at once. */
  readonly contextLength: number;
  readonly hasChatTemplate: boolean;
  readonly license?: string;
}

/** Reads the head of a GGUF file; nothing is loaded. Throws a UserError when the file is missing, cut off or no GGUF. */
export async function readGguf(file: string): Promise<GgufFacts> {
  try {
    const { size } = await stat(file);
    // Loading the library takes longer than most commands: only what reads a file pays for it.
    const { readGgufFileInfo } = await import("node-llama-cpp");
    const info = await readGgufFileInfo(file, { readTensorInfo: true, logWarnings: false, sourceType: "filesystem" });
    if (leastBytes(info) > size) throw cutOff(file, size, leastBytes(info));
    const { general, tokenizer } = info.metadata;
    const parameters = info.fullTensorInfo?.reduce(
      (sum, tensor) => sum + tensor.dimensions.reduce((product: number, size) => product * Number(size), 1),
      0,
    );
    return {
      file: path.basename(file),
      bytes: size,
      architecture: general.architecture,
      parameters: parameters ?? 0,
      contextLength: Number(info.architectureMetadata.context_length ?? 0),
      hasChatTemplate: tokenizer?.chat_template !== undefined,
      ...(general.name === undefined ? {} : { name: general.name }),
      ...(general.license === undefined ? {} : { license: general.license }),
    };
  } catch (error) {
    if (UserError.isInstance(error)) throw error;
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new UserError(file, missing ? "there is no such file" : `it is no readable GGUF file (${messageOf(error)})`);
  }
}

/** Bytes that the file must have at least: up to where its last tensor begins, and the tensor at a bit a weight, or as numbers of 32 bits. */
function leastBytes({ infoEndOffset = 0, fullTensorInfo = [] }: GgufFileInfo): number {
  const ends = fullTensorInfo
    .filter(({ filePart }) => filePart === 1)
    .map(({ fileOffset, dimensions, ggmlType }) => {
      const weights = dimensions.reduce((product: number, length) => product * Number(length), 1);
      return Number(fileOffset) + (ggmlType === 0 ? 4 * weights : Math.ceil(weights / 8));
    });
  return ends.reduce((most, end) => Math.max(most, end), infoEndOffset);
}

function cutOff(file: string, bytes: number, least: number): UserError {
  return new UserError(
    file,
    `it is cut off: it has ${bytes} bytes, and its head promises at least ${least}`,
    "Download or copy it again.",
  );
}
