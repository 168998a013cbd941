import { describe, expect, it } from "vitest";
import { type LicenseFile, licenseOfFolder } from "../../../src/corpus/reading/nearest-license.ts";
import { mitText } from "../sources/source.conformance.ts";

const license = (text: string, name = "LICENSE"): LicenseFile => ({ name, text });
const packageJson = (value: object): LicenseFile => ({ name: "package.json", text: JSON.stringify(value) });
const mit = packageJson({ license: "MIT" });
const proprietary = "LicenseRef-Proprietary";
const filler = "The Licensee shall pay the fees that the schedule lists, at the times that it lists. ".repeat(20);

describe("a licence file beside a package's metadata", () => {
  it.each([
    ["Copyright Acme. All rights reserved. Proprietary and confidential.", proprietary],
    [`ACME SOFTWARE LICENSE\n${filler}Unauthorized copying of this file is strictly prohibited.`, proprietary],
    [`ACME SOFTWARE LICENSE\n${filler}`, null],
    [`${mitText}\n"Commons Clause" License Condition v1.0\n${filler}`, null],
    [mitText.replace("without restriction", "for study").replace("MIT License", ""), null],
    ["GNU GENERAL PUBLIC LICENSE, version 3", "GPL-3.0-only"],
  ])("is believed where it says another licence: %#", (text, id) => {
    expect(licenseOfFolder([license(text), mit], "text")).toBe(id);
  });

  it("is believed in a package too where it asks for more than the package says", () => {
    const packed = (text: string, name: string) =>
      licenseOfFolder([license(text), packageJson({ license: name })], "metadata");
    expect(packed("Proprietary and confidential", "MIT")).toBe(`${proprietary} AND MIT`);
    expect(packed("GNU General Public License version 2", "MIT")).toBe("GPL-2.0-only AND MIT");
    expect(packed("GNU General Public License version 2", "GPL-2.0-or-later")).toBe("GPL-2.0-or-later");
    expect(packed(mitText, "(MIT OR GPL-3.0)")).toBe("(MIT OR GPL-3.0-only)");
  });

  it("does not hinder where it holds the declared licence among others, or says little", () => {
    const bundle = `# Licence\n${mitText}\n# Bundled\n## a\nLicense: ISC\n${mitText}\n${filler}`;
    expect(licenseOfFolder([license(bundle), mit], "text")).toBe("MIT");
    expect(licenseOfFolder([license("Copyright (c) 2020 Somebody"), mit], "text")).toBe("MIT");
  });

  it("gives the choice to files that it names", () => {
    const choice = license("Under the terms of either license found in LICENSE.APACHE or LICENSE.MIT.");
    const apache = license('Licensed under the Apache License, Version 2.0 (the "License")', "LICENSE.APACHE");
    expect(licenseOfFolder([choice, apache, license(mitText, "LICENSE.MIT")], "text")).toBe("Apache-2.0 OR MIT");
  });

  it("holds beside another: both are asked for", () => {
    const copying = license("GNU General Public License version 3", "COPYING");
    expect(licenseOfFolder([copying, license(mitText)], "text")).toBe("GPL-3.0-only AND MIT");
  });
});

describe("metadata alone", () => {
  it("that forbid everything, or name a licence that is not known, do not fall back on the folder above", () => {
    expect(licenseOfFolder([packageJson({ license: "UNLICENSED" })], "text")).toBe(proprietary);
    expect(licenseOfFolder([packageJson({ license: "Very own" })], "text")).toBeNull();
    expect(licenseOfFolder([packageJson({ name: "part", private: true })], "text")).toBeUndefined();
  });
});
