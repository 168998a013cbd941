import type { Node } from "web-tree-sitter";
import type { CodeLanguage, Import } from "../language.ts";

/**
 * The names that a package may have by its path: the last part, without a version (`.../v2`, `yaml.v3`) and without the
 * usual decoration (`go-redis`, `uuid-go`). The real one stands in the package, which is not here.
 */
function packageNames(path: string): string[] {
  const parts = path.split("/");
  if (parts.length > 1 && /^v\d+$/.test(parts.at(-1)!)) parts.pop();
  const last = parts.at(-1)!.replace(/\.v\d+$/, "");
  return [...new Set([last, last.replace(/^go-/, ""), last.replace(/[-.]go$/, ""), last.replaceAll("-", "")])];
}

function read(node: Node): Import[] {
  const module = node.childForFieldName("path")?.text.slice(1, -1) ?? "";
  const name = node.childForFieldName("name");
  if (name === null) return packageNames(module).map((candidate) => ({ module, name: candidate }));
  if (name.type === "blank_identifier") return [];
  return [{ module, name: name.type === "dot" ? null : name.text }];
}

export const member: CodeLanguage = {
  name: "go",
  grammars: { ".go": "tree-sitter-go/tree-sitter-go.wasm" },
  keywords: [
    ...["break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go"],
    ...["goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type"],
    "var",
  ],
  syntax: {
    comments: ["comment"],
    functions: ["function_declaration", "method_declaration", "func_literal"],
    tests: { head: /^func\s+(?:Test|Benchmark|Fuzz)[^a-z]/ },
    imports: { nodes: ["import_spec"], read, names: ["identifier", "package_identifier"] },
  },
};
