import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { licenseOfFile } from "../../src/corpus/license-file.ts";
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
