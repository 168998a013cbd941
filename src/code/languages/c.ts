import { cKeywords, cSyntax } from "../c-family.ts";
import type { CodeLanguage } from "../language.ts";

const grammar = "tree-sitter-c/tree-sitter-c.wasm";

/** What no C header says at the start of a line. */
const plusPlus =
  /^[ \t]*(?:class\s+\w|namespace\b|template\s*<|using\s|(?:public|private|protected)\s*:|#include <\w+>)/m;

export const member: CodeLanguage = {
  name: "c",
  grammars: { ".c": grammar, ".h": grammar },
  keywords: cKeywords,
  syntax: cSyntax,
  shared: { extension: ".h", other: "cpp", isOther: (content) => plusPlus.test(content) },
};
