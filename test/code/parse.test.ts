import { describe, expect, it } from "vitest";
import { describeSyntax } from "../../src/code/describe.ts";
import { codeLanguages, extensionOf, languageFinder } from "../../src/code/languages.ts";

const python = await codeLanguages.get("python");

describe("describeSyntax", () => {
  it("tells Python 2 from Python 3, which the grammar does not", async () => {
    for (const text of ['print "a"\n', "exec 'a'\n", "a <> b\n"])
      expect(await describeSyntax(python, ".py", text)).toMatchObject({ isOutdated: true });
    expect(await describeSyntax(python, ".py", 'print("a")\nexec("b")\n')).toMatchObject({ isOutdated: false });
  });

  it("counts offsets as JavaScript does", async () => {
    const text = "a = '😀é'  # ü\n";
    const { comments } = await describeSyntax(python, ".py", text);
    expect(comments.map(({ start, end }) => text.slice(start, end))).toEqual(["# ü"]);
  });

  it("ends on texts that are made to be hard, and the next text is read as if nothing had been", async () => {
    for (const text of [
      "(".repeat(50_000),
      "[{(".repeat(20_000),
      "f(*".repeat(20_000),
      "a if ".repeat(20_000),
      "\0".repeat(1000),
    ])
      expect((await describeSyntax(python, ".py", text)).hasError).toBe(true);
    expect((await describeSyntax(python, ".py", "a = 1\n")).hasError).toBe(false);
  });
});

describe("languageFinder", () => {
  it("tells by the name, and by the content where two languages share an extension", async () => {
    const find = await languageFinder();
    expect(find("a/b.PY")?.name).toBe("python");
    expect(find("a.py/b")).toBeUndefined();
    expect(find(".py")).toBeUndefined();
    expect(find("a.h", "int a(void);\n")?.name).toBe("c");
    expect(find("a.h", "namespace a {\n}\n")?.name).toBe("cpp");
    expect(find("a.c", "namespace a {\n}\n")?.name).toBe("c");
    expect(extensionOf("a/b.tar.GZ")).toBe(".gz");
  });
});
