import { ecmascriptKeywords, ecmascriptSyntax } from "../ecmascript.ts";
import type { CodeLanguage } from "../language.ts";

const grammar = "tree-sitter-javascript/tree-sitter-javascript.wasm";

export const member: CodeLanguage = {
  name: "javascript",
  grammars: { ".js": grammar, ".mjs": grammar, ".cjs": grammar, ".jsx": grammar },
  keywords: ecmascriptKeywords,
  syntax: ecmascriptSyntax,
};
