import { describe, expect, it } from "vitest";
import { withoutComments } from "../../src/code/comments.ts";
import { describeSyntax } from "../../src/code/describe.ts";
import { countKeywords } from "../../src/code/keywords.ts";
import { codeLanguages, languageFinder } from "../../src/code/languages.ts";
import { samples } from "./samples.ts";

const find = await languageFinder();

for (const language of (await codeLanguages.all()).values()) {
  const sample = samples[language.name];

  describe(`code language ${language.name}`, () => {
    it("has a sample here", () => expect(sample).toBeDefined());
    if (sample === undefined) return;
    const extension = Object.keys(language.grammars)[0]!;

    it("is found by its extensions", () => {
      for (const own of Object.keys(language.grammars)) expect(find(`a.b/name${own}`)?.name).toBe(language.name);
    });

    it("reads its sample without an error under each of its grammars", async () => {
      for (const own of Object.keys(language.grammars))
        expect(await describeSyntax(language, own, sample.text)).toMatchObject({ hasError: false, isOutdated: false });
    });

    it("sees what is broken", async () => {
      expect((await describeSyntax(language, extension, sample.broken)).hasError).toBe(true);
    });

    it("finds comments, and nothing in strings", async () => {
      const { comments } = await describeSyntax(language, extension, sample.text);
      expect(comments.map(({ start, end }) => sample.text.slice(start, end).trim())).toEqual(sample.comments);
    });

    it("means the same without its comments", async () => {
      const before = await describeSyntax(language, extension, sample.text);
      const text = withoutComments(sample.text, before.comments);
      const after = await describeSyntax(language, extension, text);
      expect(after).toEqual({ ...before, comments: [] });
      for (const kept of sample.notComments) expect(text).toContain(kept);
    });

    it("counts functions and the unit tests among them", async () => {
      const { functions, tests } = await describeSyntax(language, extension, sample.text);
      expect({ functions, tests }).toEqual({ functions: sample.functions, tests: sample.tests });
    });

    it("tells libraries that are used from those that are only imported or only named", async () => {
      const asked = [...sample.used, ...sample.unused];
      const { libraries } = await describeSyntax(language, extension, sample.text, asked);
      expect(libraries).toEqual(sample.used);
    });

    it("has its keywords in its sample", () => {
      expect(countKeywords(language, sample.text, 3)).toBe(3);
      expect(countKeywords(language, "lorem ipsum dolor sit amet", 3)).toBe(0);
    });
  });
}
