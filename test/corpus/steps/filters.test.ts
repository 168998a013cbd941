import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asciiRate } from "../../../src/corpus/steps/characters.ts";
import { lineShape } from "../../../src/corpus/steps/lines.ts";
import { openLocal, reasonOf } from "./drafts.ts";

describe("size", () => {
  it("counts bytes of UTF-8", async () => {
    expect(await reasonOf("size", "")).toBe("empty");
    expect(await reasonOf("size", "é".repeat(5), { maximumBytes: 10 })).toBeUndefined();
    expect(await reasonOf("size", "é".repeat(5), { maximumBytes: 9 })).toBe("too large");
    expect(await reasonOf("size", "a".repeat(1_000_000))).toBeUndefined();
    expect(await reasonOf("size", "a".repeat(1_000_001))).toBe("too large");
  });
});

describe("lines", () => {
  it("counts lines as an editor does", () => {
    expect(lineShape("a\nbcd\n")).toEqual({ lines: 2, longest: 3, total: 4 });
    expect(lineShape("a\r\nbcd")).toEqual({ lines: 2, longest: 3, total: 4 });
    expect(lineShape("\n\n")).toEqual({ lines: 2, longest: 0, total: 0 });
    expect(lineShape("")).toEqual({ lines: 0, longest: 0, total: 0 });
  });

  it("holds the appendix's limits, each at its edge", async () => {
    expect(await reasonOf("lines", "a\n".repeat(4))).toBe("too few lines");
    expect(await reasonOf("lines", "a\n".repeat(5))).toBeUndefined();
    expect(await reasonOf("lines", `${"a".repeat(100)}\n`.repeat(5))).toBeUndefined();
    expect(await reasonOf("lines", `${`${"a".repeat(100)}\n`.repeat(4)}${"a".repeat(101)}`)).toBe(
      "lines too long on average",
    );
    expect(await reasonOf("lines", `${"a\n".repeat(20)}${"a".repeat(1000)}`)).toBeUndefined();
    expect(await reasonOf("lines", `${"a\n".repeat(20)}${"a".repeat(1001)}`)).toBe("line too long");
  });
});

describe("lines, told quickly", () => {
  it("says the same as a look at each line", async () => {
    const step = await openLocal("lines", { minimumLines: 3, maximumAverage: 4, maximumLength: 9 });
    const piece = fc.constantFrom("\n", "\n", "\r\n", "\r", "a", "aa", "aaaa", "é", "→", "😀");
    const slowly = (text: string) => {
      const { lines, longest, total } = lineShape(text);
      if (lines < 3) return "too few lines";
      if (longest > 9) return "line too long";
      return total > 4 * lines ? "lines too long on average" : undefined;
    };
    const same = async (pieces: string[]) => {
      const text = pieces.join("");
      expect((await step.judge(text)).decision?.reason).toBe(slowly(text));
    };
    await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 40 }), same), { numRuns: 1000 });
  });
});

describe("characters", () => {
  it("drops what is not written in English", async () => {
    expect(asciiRate(Buffer.from(""))).toBe(1);
    expect(asciiRate(Buffer.from("aé"))).toBe(0.5);
    expect(await reasonOf("characters", `${"a".repeat(98)}éé`)).toBeUndefined();
    expect(await reasonOf("characters", `${"a".repeat(97)}ééé`)).toBe("too many characters outside ASCII");
  });

  it("counts the characters of the text, told from its bytes", () => {
    const piece = fc.constantFrom("a".repeat(4095), "a", "é", "→", "😀", "\u{10ffff}", "\ud7ff", "\n");
    const same = (pieces: string[]) => {
      const text = pieces.join("");
      const ascii = [...Array(text.length).keys()].filter((at) => text.charCodeAt(at) < 128).length;
      expect(asciiRate(Buffer.from(text))).toBe(text === "" ? 1 : ascii / text.length);
    };
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), same), { numRuns: 300 });
  });
});

describe("keywords", () => {
  it("wants more than two different ones, as whole words", async () => {
    expect(await reasonOf("keywords", "def f(): return returned")).toBe("too few keywords");
    expect(await reasonOf("keywords", "def f(a): return 1 if a else 2")).toBeUndefined();
  });
});

describe("syntax", () => {
  it("asks the grammar", async () => {
    expect(await reasonOf("syntax", "def f(:\n")).toBe("syntax error");
    expect(await reasonOf("syntax", 'print "a"\n')).toBe("outdated syntax");
    expect(await reasonOf("syntax", "function f( {", {}, { path: "a.js" })).toBe("syntax error");
    expect(await reasonOf("syntax", "fn f() -> u32 { 1 }", {}, { path: "a.rs" })).toBeUndefined();
  });

  it.each([
    "print >>f, 'a'",
    "exec 'x'",
    "exec code in names",
    "try:\n    pass\nexcept E, e:\n    pass",
    "try:\n    pass\nexcept (A, B), (number, text):\n    pass",
    "x = `a`",
    "print(`a`)",
    "if a <> b:\n    pass",
    "raise E, 'why'",
    "os.chmod(a, 0777)",
    "x = 10L",
    "x = 0xFFl",
    "x = ur'a'",
    "def f(a, (b, c)):\n    pass",
    "def f((b, c)=(1, 2)):\n    pass",
    "lambda (a, b): a",
  ])("drops Python 2: %s", async (text) => expect(await reasonOf("syntax", `${text}\n`)).toBe("outdated syntax"));

  it.each([
    "print",
    "print (a, b)",
    "print(a) % b, c",
    "exec('x')",
    "try:\n    pass\nexcept (A, b) as e:\n    pass",
    "try:\n    pass\nexcept ValueError, socket.error:\n    pass",
    "# `a`, 0777, 10L, except E, e: raise E, x",
    "x = '`a` 0777 10L'",
    "raise E(1, 2)",
    "raise (A, b)",
    "x = 0o777 + 00 + 0x10 + 0b1 + 07.5 + 0j",
    "def f(a=(1, 2), *b):\n    pass",
    "lambda: (a, b)",
    "def f(a, b=g((1, 2))):\n    pass",
  ])("keeps %s", async (text) => expect(await reasonOf("syntax", `${text}\n`)).toBeUndefined());

  it("asks CPython where it is told to, which sees more, and survives what CPython does not like", async () => {
    const step = await openLocal("syntax", { parser: "cpython" });
    const verdicts = [];
    for (const text of [
      "x = 1\n",
      "return 1 +\n",
      "def f():\n    nonlocal x\n",
      "x = '\0'\n",
      `${"(".repeat(10_000)}`,
      "é = 'ü'\n",
    ])
      verdicts.push((await step.judge(text)).decision?.reason);
    expect(verdicts[0]).toBeUndefined();
    expect(verdicts.slice(1, 5)).toEqual(Array(4).fill("refused by CPython"));
    expect(verdicts[5]).toBeUndefined();
    expect((await step.judge("function f( {", { path: "a.js" })).decision?.reason).toBe("syntax error");
    await step.close();
  });
});

describe("license", () => {
  const mit = "# SPDX-License-Identifier: MIT\nx = 1\n";
  it("believes the file before its repository, and comments only", async () => {
    const step = await openLocal("license");
    expect((await step.judge(mit, { license: "GPL-3.0-only" })).draft.license).toBe("MIT");
    expect((await step.judge("x = '# SPDX-License-Identifier: MIT'\n")).draft.license).toBeNull();
    expect((await step.judge("x = 1\n", { license: "ISC" })).draft.license).toBe("ISC");
  });

  it("drops what the list does not allow", async () => {
    const allow = { allow: "permissive" };
    expect(await reasonOf("license", mit, allow)).toBeUndefined();
    expect(await reasonOf("license", mit.replace("MIT", "MIT OR GPL-3.0-only"), allow)).toBeUndefined();
    expect(await reasonOf("license", mit.replace("MIT", "GPL-3.0-only"), allow, { license: "MIT" })).toBe(
      "licence not allowed",
    );
    expect(await reasonOf("license", "x = 1\n", allow)).toBe("licence unknown");
    expect(await reasonOf("license", "x = 1\n", { ...allow, unknown: "keep" })).toBeUndefined();
    expect(await reasonOf("license", mit, { allow: ["ISC"] })).toBe("licence not allowed");
  });

  it("takes the names that people write, and refuses what is no licence", async () => {
    expect(
      await reasonOf("license", "# SPDX-License-Identifier: Apache-2.0\n", { allow: ["Apache2"] }),
    ).toBeUndefined();
    await expect(openLocal("license", { allow: ["MIT", "Apche-2.0"] })).rejects.toThrow(
      /Apche-2.0.*did you mean Apache-2.0/,
    );
  });

  it("never takes the repository's licence for a file whose head names another, known or not", async () => {
    const inMit = (text: string) =>
      reasonOf("license", text, { allow: "permissive", unknown: "keep" }, { license: "MIT" });
    expect(await inMit("# Copyright 2020 A. All rights reserved.\nx = 1\n")).toBeUndefined();
    expect(await inMit('"""Licensed under the GNU General Public License."""\nx = 1\n')).toBe("licence not allowed");
    expect(await inMit("# All rights reserved. Proprietary and confidential.\nx = 1\n")).toBe("licence not allowed");
    expect(await inMit("# SPDX-License-Identifier: Own-1\nx = 1\n")).toBe("licence not allowed");
    expect(await inMit("import a\n# GNU General Public License\nx = 1\n")).toBe("licence not allowed");
    expect(await inMit("import a\nx = 'GNU General Public License'\n")).toBeUndefined();
  });
});

describe("library-use", () => {
  it("keeps what imports and uses", async () => {
    const options = { libraries: ["pandas", "numpy"] };
    expect(await reasonOf("library-use", "import pandas as pd\nx = pd.Series()\n", options)).toBeUndefined();
    expect(await reasonOf("library-use", "from numpy import array as a\nx = a([1])\n", options)).toBeUndefined();
    expect(await reasonOf("library-use", "import pandas as pd\nx = 1\n", options)).toBe("not imported and used");
    expect(await reasonOf("library-use", "x = 'pandas'\n", options)).toBe("not imported and used");
    expect(await reasonOf("library-use", "x = 1\n", options)).toBe("not mentioned");
  });
});
