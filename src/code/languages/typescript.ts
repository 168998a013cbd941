import { ecmascriptKeywords, ecmascriptSyntax } from "../ecmascript.ts";
import type { CodeLanguage } from "../language.ts";

const grammar = "tree-sitter-typescript/tree-sitter-typescript.wasm";

export const member: CodeLanguage = {
  name: "typescript",
  grammars: {
    ".ts": grammar,
    ".mts": grammar,
    ".cts": grammar,
    ".tsx": "tree-sitter-typescript/tree-sitter-tsx.wasm",
  },
  keywords: [...ecmascriptKeywords, "interface", "type", "enum", "implements", "readonly", "namespace", "declare"],
  syntax: ecmascriptSyntax,
};
