import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { extensionOf, languageFinder } from "../../src/code/languages.ts";
import { codeTokens } from "../../src/code/tokens.ts";

/** The tokens of a text as `kind text`. */
async function tokensOf(path: string, text: string): Promise<string[]> {
  const language = (await languageFinder())(path, text);
  const tokens = (await codeTokens(language!, extensionOf(path), text)) ?? [];
  return tokens.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
}

describe("tokens", () => {
  it("of Python have their kinds; strings are whole, a docstring is one", async () => {
    const text = "def f(x=1.5):  # why\n    '''doc'''\n    return f'{x!r}' if x is not None else self.y\n";
    expect(await tokensOf("a.py", text)).toEqual([
      "keyword def",
      "identifier f",
      "punctuation (",
      "identifier x",
      "operator =",
      "number 1.5",
      "punctuation )",
      "punctuation :",
      "comment # why",
      "string '''doc'''",
      "keyword return",
      "string f'{x!r}'",
      "keyword if",
      "identifier x",
      "keyword is",
      "keyword not",
      "keyword None",
      "keyword else",
      "identifier self",
      "punctuation .",
      "identifier y",
    ]);
  });

  it.each([
    ["a.js", "const a = `x` + /re/g; // c", ["keyword const", "string `x`", "string /re/g", "comment // c"]],
    ["a.ts", "type T = string | undefined;", ["keyword type", "identifier T", "keyword string", "operator |"]],
    [
      "a.c",
      "#include <stdio.h>\nint c = 'x' + 0x1f;",
      ["keyword #include", "string <stdio.h>", "string 'x'", "number 0x1f"],
    ],
    ["a.cpp", "std::string s = x->y;", ["identifier std", "operator ::", "identifier string", "operator ->"]],
    ["A.java", "class A { int f = 1L; }", ["keyword class", "identifier A", "keyword int", "number 1L"]],
    ["a.go", "package p\nvar x = `r` + 2i", ["keyword package", "identifier p", "string `r`", "number 2i"]],
    ["a.rs", 'fn f() { let mut y = 3u8; g("s"); }', ["keyword fn", "keyword mut", "number 3u8", 'string "s"']],
  ])("of %s have theirs", async (path, text, expected) => {
    const tokens = await tokensOf(path, text);
    for (const token of expected) expect(tokens).toContain(token);
  });

  it("have their places in the text behind characters of any length", async () => {
    expect(await tokensOf("a.py", "é = 'ä漢🙂'; ñ = 1")).toEqual([
      "identifier é",
      "operator =",
      "string 'ä漢🙂'",
      "punctuation ;",
      "identifier ñ",
      "operator =",
      "number 1",
    ]);
  });

  it("of this project's sources come in order and leave out nothing but blanks", async () => {
    const folder = new URL("../../src/common/", import.meta.url);
    for (const name of readdirSync(folder)) {
      const text = readFileSync(new URL(name, folder), "utf8");
      const language = (await languageFinder())(name, text)!;
      let reached = 0;
      for (const { start, end } of (await codeTokens(language, extensionOf(name), text))!) {
        expect(text.slice(reached, start).trim(), `${name} at ${reached}`).toBe("");
        expect(end).toBeGreaterThan(start);
        reached = end;
      }
      expect(text.slice(reached).trim()).toBe("");
    }
  });

  it("of broken text are there, too; nesting does no harm", async () => {
    expect(await tokensOf("a.py", "def f(:\n  return ) 1")).toContain("keyword return");
    expect((await tokensOf("a.py", `${"(".repeat(20_000)}1${")".repeat(20_000)}`)).length).toBeGreaterThanOrEqual(0);
  });
});
