import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowedBy, licenseOfFile, licenseOfHeader, spdxOf, spdxOfAll } from "../../src/corpus/license.ts";
import { declaredLicense } from "../../src/corpus/reading/package-license.ts";
import { mitText } from "./sources/source.conformance.ts";

/** Real licence files that lie beside this project's own dependencies. */
const installed: readonly (readonly [string, string | null])[] = [
  ["commander/LICENSE", "MIT"],
  ["openai/LICENSE", "Apache-2.0"],
  ["web-tree-sitter/LICENSE", "MIT"],
  ["vega/LICENSE", "BSD-3-Clause"],
  ["semver/LICENSE", "ISC"],
  ["lightningcss/LICENSE", "MPL-2.0"],
  ["vitest/LICENSE.md", null],
];

const system = "/usr/share/common-licenses";

describe("a licence file", () => {
  it.each(installed)("%s is %s", (name, id) => {
    expect(licenseOfFile(readFileSync(new URL(`../../node_modules/${name}`, import.meta.url), "utf8"))).toBe(id);
  });

  it.skipIf(!existsSync(system))("of Debian's collection is told", () => {
    const ids = ["GPL-2", "GPL-3", "LGPL-2.1", "LGPL-3", "Apache-2.0", "MPL-2.0", "CC0-1.0", "Artistic", "GFDL-1.3"];
    expect(ids.map((name) => licenseOfFile(readFileSync(`${system}/${name}`, "utf8")))).toEqual([
      "GPL-2.0-only",
      "GPL-3.0-only",
      "LGPL-2.1-only",
      "LGPL-3.0-only",
      "Apache-2.0",
      "MPL-2.0",
      "CC0-1.0",
      null,
      null,
    ]);
  });

  it("with any number of copyright lines is the same licence; with a clause more it is not", () => {
    const lines = Array.from({ length: 80 }, (_, index) => `Copyright (c) ${1990 + index} Contributor ${index}`).join(
      "\n",
    );
    expect(licenseOfFile(`${lines}\n${mitText}`)).toBe("MIT");
    const clause =
      "The Software is provided to you under the License, subject to the following condition: without limiting other conditions in the License, the grant of rights does not include the right to Sell the Software.";
    expect(licenseOfFile(`${mitText}\n"Commons Clause" License Condition v1.0\n${clause}`)).toBeNull();
    expect(licenseOfFile(mitText.replace("without restriction", "for research only"))).toBeNull();
  });
});

describe("the head of a source file", () => {
  it.each([
    ["# SPDX-License-Identifier: MIT", "MIT"],
    [
      "/* SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0 */",
      "GPL-2.0-only WITH Classpath-exception-2.0",
    ],
    ["// SPDX-License-Identifier: (MIT OR Apache-2.0) ", "(MIT OR Apache-2.0)"],
    ["# SPDX-License-Identifier: Own-License-1", null],
    ['# Licensed under the Apache License, Version 2.0 (the "License");\n# you may not use this file', "Apache-2.0"],
    [
      " * it under the terms of the GNU General Public License as published by\n * the Free Software Foundation, either version 3 of the License, or\n * (at your option) any later version.",
      "GPL-3.0-or-later",
    ],
    [
      "modify it under the terms of the GNU Lesser General Public License version 2.1 as published by the FSF",
      "LGPL-2.1-only",
    ],
    [mitText.replace(/^/gm, " * "), "MIT"],
    ["# Copyright (c) 2020 Somebody. All rights reserved.", null],
  ])("%j is %s", (text, id) => {
    expect(licenseOfHeader(text)).toBe(id);
  });
});

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
    ["METADATA", "Name: x\n\nLicense: MIT", null],
    ["package.json", '{"license": "(MIT OR Apache-2.0)"}', "(MIT OR Apache-2.0)"],
    ["package.json", '{"licenses": [{"type": "MIT"}, {"type": "ISC"}]}', "ISC OR MIT"],
    ["package.json", "{oops", null],
    ["package.json", "7", null],
    ["pyproject.toml", '[project]\nname = "x"\nlicense = { text = "MIT" }\n', "MIT"],
    ["Cargo.toml", '[package]\nlicense = "MIT OR Apache-2.0"\n', "MIT OR Apache-2.0"],
    ["setup.cfg", "[metadata]\nlicense = BSD 3-Clause License\n", "BSD-3-Clause"],
  ])("%s: %j says %s", (name, text, license) => {
    expect(declaredLicense(name, text)).toBe(license);
  });
});
