import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alphanumericRate, commentBody, commentRuns, headBlocks, withoutComments } from "../../src/code/comments.ts";
import { describeSyntax } from "../../src/code/describe.ts";
import { codeLanguages } from "../../src/code/languages.ts";

const python = await codeLanguages.get("python");
const javascript = await codeLanguages.get("javascript");
const commentsOf = async (text: string, language = python, extension = ".py") =>
  (await describeSyntax(language, extension, text)).comments;

describe("withoutComments", () => {
  it("takes whole lines with a comment that stands alone, and the blanks before one behind code", async () => {
    const text = "a = 1  # one\n    # two\nb = '# no'\r\n# three\r\nc = 3\n# four";
    expect(withoutComments(text, await commentsOf(text))).toBe("a = 1\nb = '# no'\r\nc = 3\n");
  });

  it("keeps words and statements apart", async () => {
    const text = "let/* a */x = 1 /* b */ + 2\nreturn_ /* c\n */ y\n/* d */ z";
    const comments = await commentsOf(text, javascript, ".js");
    expect(withoutComments(text, comments)).toBe("let x = 1  + 2\nreturn_\n y\n z");
  });

  it("never changes what a program says, wherever comments stand", async () => {
    const line = fc.constantFrom("x = 1", "def f():\n    return '#'", "", "    ", "y = [1,\n  2]", "'''# no'''");
    const comment = fc.constantFrom("", "# a", "  # b", "\t#", "#!c", "# é");
    const program = fc.array(fc.tuple(line, comment), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(program, fc.constantFrom("\n", "\r\n"), async (lines, ending) => {
        const code = lines.filter(([text]) => text.trim() !== "").map(([text]) => text.split("\n").join(ending));
        const text = lines.map(([own, note]) => own.split("\n").join(ending) + note).join(ending);
        const bare = withoutComments(text, await commentsOf(text));
        expect(await commentsOf(bare)).toEqual([]);
        const squeeze = (value: string) =>
          value
            .split(/\r?\n/)
            .filter((part) => part.trim() !== "")
            .join("\n")
            .trimEnd();
        expect(squeeze(bare)).toBe(squeeze(code.join(ending)));
      }),
      { numRuns: 200 },
    );
  });
});

describe("headBlocks", () => {
  it("gives the blocks before the code and passes over the line for the system and that for the encoding", async () => {
    const text = "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# a\n# b\n\n# c\nx = 1\n# d\n";
    const blocks = headBlocks(text, await commentsOf(text));
    expect(blocks.map(({ start, end }) => text.slice(start, end))).toEqual(["# a\n# b", "# c"]);
  });

  it("finds none where code comes first", async () => {
    const text = "x = 1\n# a\n";
    expect(headBlocks(text, await commentsOf(text))).toEqual([]);
  });
});

describe("commentRuns", () => {
  it("puts lines of comments together, and leaves what stands behind code and after a gap alone", async () => {
    const text = "# a\n# b\nx = 1  # c\n# d\n\n# e\n";
    const runs = commentRuns(text, await commentsOf(text));
    expect(runs.map((run) => run.map(({ start, end }) => text.slice(start, end)))).toEqual([
      ["# a", "# b"],
      ["# c"],
      ["# d"],
      ["# e"],
    ]);
  });
});

describe("alphanumericRate", () => {
  it("is the share of letters and digits among what is visible", () => {
    expect(alphanumericRate("ab 1-")).toBe(0.75);
    expect(alphanumericRate("=======")).toBe(0);
    expect(alphanumericRate("这是")).toBe(0);
    expect(alphanumericRate("  \n")).toBe(1);
  });

  it("leaves the marks of a comment out", () => {
    expect(commentBody("# a")).toBe(" a");
    expect(commentBody("/** a\n * b */")).toBe(" a\n b ");
    expect(commentBody("/// a")).toBe(" a");
  });
});
