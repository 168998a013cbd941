import type { Node } from "web-tree-sitter";
import type { CodeLanguage, Import } from "../language.ts";

/** `import static a.b.C.d;` binds `d`; of `import a.b.*;` syntax cannot say what it binds. */
function read(node: Node): Import[] {
  const name = node.namedChildren.find(({ type }) => type === "scoped_identifier" || type === "identifier")?.text;
  if (name === undefined) return [];
  const wildcard = node.namedChildren.some(({ type }) => type === "asterisk");
  return [{ module: name, name: wildcard ? null : name.slice(name.lastIndexOf(".") + 1) }];
}

export const member: CodeLanguage = {
  name: "java",
  grammars: { ".java": "tree-sitter-java/tree-sitter-java.wasm" },
  keywords: [
    ...[
      "abstract",
      "boolean",
      "break",
      "case",
      "catch",
      "class",
      "continue",
      "default",
      "do",
      "double",
      "else",
      "enum",
    ],
    ...["extends", "final", "finally", "for", "if", "implements", "import", "instanceof", "int", "interface", "long"],
    ...["new", "package", "private", "protected", "public", "return", "static", "super", "switch", "synchronized"],
    ...["this", "throw", "throws", "try", "void", "while"],
  ],
  syntax: {
    comments: ["line_comment", "block_comment"],
    functions: ["method_declaration", "constructor_declaration", "compact_constructor_declaration"],
    tests: { head: /^(?:[^(){]*@(?:Test|ParameterizedTest|RepeatedTest)\b|(?:public\s+)?void\s+test)/ },
    imports: { nodes: ["import_declaration"], read, names: ["identifier", "type_identifier"] },
  },
};
