import type { Node } from "web-tree-sitter";
import type { Import, LanguageSyntax } from "./language.ts";

/** Keywords that C and C++ share. */
export const cKeywords: readonly string[] = [
  ...["break", "case", "char", "const", "continue", "default", "define", "do", "double", "else", "enum", "extern"],
  ...["float", "for", "goto", "if", "include", "int", "long", "return", "short", "signed", "sizeof", "static"],
  ...["struct", "switch", "typedef", "union", "unsigned", "void", "while"],
];

/** A header does not say which names it brings: including it counts as using it. */
function read(node: Node): Import[] {
  const path = node.childForFieldName("path");
  if (path === null || !["system_lib_string", "string_literal"].includes(path.type)) return [];
  return [{ module: path.text.slice(1, -1), name: null }];
}

export const cSyntax: LanguageSyntax = {
  comments: ["comment"],
  functions: ["function_definition"],
  tests: {
    head: /^(?:[\w\s*]+\s)?(?:test_?\w*\s*\(|(?:TEST|TEST_F|TEST_P|TYPED_TEST|TEST_CASE|BOOST_AUTO_TEST_CASE)\s*\()/,
  },
  imports: { nodes: ["preproc_include"], read, names: ["identifier", "type_identifier", "namespace_identifier"] },
};
