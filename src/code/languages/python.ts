import type { Node } from "web-tree-sitter";
import type { CodeLanguage, Import } from "../language.ts";

const grammar = "tree-sitter-python/tree-sitter-python.wasm";

/** `import a.b` binds `a`; `import a.b as c` binds `c`; `from a import b as c` binds `c`. Relative imports are no libraries. */
function read(node: Node): Import[] {
  const from = node.childForFieldName("module_name");
  if (from?.type === "relative_import") return [];
  const names = node.childrenForFieldName("name");
  if (from !== null && names.length === 0) return [{ module: from.text, name: null }];
  return names.map((name) => {
    const module = name.childForFieldName("name")?.text ?? name.text;
    const alias = name.childForFieldName("alias")?.text;
    if (from !== null) return { module: from.text, name: alias ?? module };
    return { module, name: alias ?? module.split(".")[0]! };
  });
}

function isOther(node: Node): boolean {
  const parent = node.parent;
  if (parent?.type === "attribute") return parent.childForFieldName("attribute")?.id === node.id;
  return parent?.type === "keyword_argument" && parent.childForFieldName("name")?.id === node.id;
}

export const member: CodeLanguage = {
  name: "python",
  grammars: { ".py": grammar, ".pyw": grammar, ".pyi": grammar },
  keywords: [
    ...["and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except"],
    ...["finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass"],
    ...["raise", "return", "try", "while", "with", "yield"],
  ],
  syntax: {
    comments: ["comment"],
    functions: ["function_definition"],
    outdated: ["print_statement", "exec_statement", "<>"],
    tests: { head: /^(?:async\s+)?def\s+test/i },
    imports: { nodes: ["import_statement", "import_from_statement"], read, names: ["identifier"], isOther },
  },
};
