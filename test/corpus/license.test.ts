import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowedBy, spdxOf, spdxOfAll } from "../../src/corpus/license.ts";
import { declaredLicense } from "../../src/corpus/reading/package-license.ts";

describe("a licence's name", () => {
  it.each([
    ["mit", "MIT"],
    ["MIT License", "MIT"],
    ["License :: OSI Approved :: Apache Software License", "Apache-2.0"],
    ["License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"],
    ["bsd-3-clause", "BSD-3-Clause"],
    ["3-Clause BSD License", "BSD-3-Clause"],
    ["MIT/Apache-2.0", "MIT OR Apache-2.0"],
    ["mit and (isc or gpl-2.0)", "MIT AND (ISC OR GPL-2.0-only)"],
    ["BSD", null],
    ["SEE LICENSE IN license.txt", null],
    ["UNLICENSED", null],
    ["MIT OR", null],
    ["MIT OR Unknown-1", null],
    ["MIT OR OR", null],
    ["(MIT OR ISC", null],
    ["MIT WITH", null],
    ["MIT ISC Zlib", null],
    ["Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"],
    ["", null],
  ])("%j is %s", (name, id) => {
    expect(spdxOf(name)).toBe(id);
  });

  it("of several that hold at once allows what all allow", () => {
    const expression = spdxOfAll(["apache-2.0", "mit", "mit"]);
    expect(expression).toBe("Apache-2.0 AND MIT");
    expect(spdxOfAll(["mit", "other"])).toBeNull();
    expect(allowedBy(expression!, new Set(["MIT"]))).toBe(false);
    expect(allowedBy(expression!, new Set(["mit", "apache-2.0"]))).toBe(true);
    expect(allowedBy("GPL-2.0-only OR MIT", new Set(["MIT"]))).toBe(true);
    expect(allowedBy("(GPL-2.0-only OR MIT) AND Zlib", new Set(["MIT"]))).toBe(false);
  });

  it.each([
    ["MIT OR GPL-2.0-only", true],
    ["GPL-2.0-only OR MIT", true],
    ["Apache-2.0 AND GPL-3.0-only", false],
    ["MIT OR GPL-2.0-only AND ISC", true],
    ["(MIT OR GPL-2.0-only) AND GPL-3.0-only", false],
    ["(MIT OR GPL-2.0-only) AND (GPL-3.0-only OR Apache-2.0)", true],
    ["Apache-2.0 WITH LLVM-exception", true],
    ["GPL-2.0-only WITH Classpath-exception-2.0", false],
    ["LGPL-2.1-only WITH Own-exception OR ISC", false],
    ["LGPL-3.0-only WITH Own-exception", true],
    ["LicenseRef-Other", false],
    ["MIT OR", false],
    ["", false],
    [Array.from({ length: 60 }, () => "(MIT OR GPL-2.0-only)").join(" AND "), true],
  ])("%j is allowed: %s", (expression, isAllowed) => {
    expect(allowedBy(expression, new Set(["MIT", "Apache-2.0", "LGPL-3.0-only WITH Own-exception"]))).toBe(isAllowed);
  });

  it("never fails, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (name) => {
        const id = spdxOf(name);
        if (id !== null) expect(spdxOf(id)).toBe(id);
      }),
    );
  });
});

describe("a package's metadata", () => {
  it.each([
    ["METADATA", "License-Expression: MIT OR ISC\nLicense: other\n\nbody", "MIT OR ISC"],
    ["METADATA", "License: Very own\nClassifier: License :: OSI Approved :: BSD License\n\n", null],
    [
      "PKG-INFO",
      "Name: x\nClassifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: ISC License (ISCL)\n",
      "ISC",
    ],
    ["METADATA", "Name: x\n\nLicense: MIT", undefined],
    ["METADATA", "License: UNKNOWN\n", undefined],
    ["METADATA", "Classifier: License :: Other/Proprietary License\n", "LicenseRef-Proprietary"],
    ["package.json", '{"license": "UNLICENSED"}', "LicenseRef-Proprietary"],
    ["package.json", '{"license": "SEE LICENSE IN x"}', null],
    ["package.json", '{"license": "(MIT OR Apache-2.0)"}', "(MIT OR Apache-2.0)"],
    ["package.json", '{"licenses": [{"type": "MIT"}, {"type": "ISC"}]}', "ISC OR MIT"],
    ["package.json", "{oops", undefined],
    ["package.json", "7", undefined],
    ["pyproject.toml", '[project]\nname = "x"\nlicense = { text = "MIT" }\n', "MIT"],
    ["Cargo.toml", '[package]\nlicense = "MIT OR Apache-2.0"\n', "MIT OR Apache-2.0"],
    ["setup.cfg", "[metadata]\nlicense = BSD 3-Clause License\n", "BSD-3-Clause"],
  ])("%s: %j says %s", (name, text, license) => {
    expect(declaredLicense(name, text)).toBe(license);
  });
});
