import { identifiersOf, spdxOfAll, together } from "../license.ts";
import { licenseOfFile, mayHold } from "../license-file.ts";
import { declaredLicense, isPackageMetadata } from "./package-license.ts";

/** Bytes of a licence or metadata file at most; a longer one is passed over. */
export const largestLicenseFile = 256 * 1024;

const licenseFile = /^(un)?licen[cs]e|^copying/i;
const mainLicenseFile = /^((un)?licen[cs]e|copying)(\.(txt|md|rst))?$/i;

/** A file that says something about the licence of its folder and of what lies below. */
export interface LicenseFile {
  readonly name: string;
  readonly text: string;
}

/** Whether a file's name promises a licence: LICENSE, COPYING, UNLICENSE with any ending, or a package's metadata. */
export function tellsLicense(name: string): boolean {
  return licenseFile.test(name) ? !/\.(py|js|ts|c|h|go|rs|java|cpp)$/i.test(name) : isPackageMetadata(name);
}

/**
 * What the files of one folder say.
 *
 * @param files those of the folder that `tellsLicense` named
 * @param trusted what is believed first: the licence's text, as in a repository, or what a published package declares
 * @returns the licence; null when the folder names one and it is not known; undefined when it says nothing
 */
export function licenseOfFolder(
  files: readonly LicenseFile[],
  trusted: "text" | "metadata",
): string | null | undefined {
  const texts = files.filter(({ name }) => licenseFile.test(name));
  const declarations = files
    .filter(({ name }) => isPackageMetadata(name))
    .map(({ name, text }) => declaredLicense(name, text))
    .filter((license) => license !== undefined);
  const declared = declarations.find((license) => license !== null);
  const written = licenseOfTexts(texts);
  if (written !== null && declared !== undefined)
    return trusted === "text" ? written : declaredBeside(declared, written);
  if (written !== null) return written;
  if (declared !== undefined && mainOf(texts).every(({ text }) => mayHold(text, declared))) return declared;
  return texts.length + declarations.length > 0 ? null : undefined;
}

function mainOf(texts: readonly LicenseFile[]): readonly LicenseFile[] {
  const main = texts.filter(({ name }) => mainLicenseFile.test(name));
  return main.length > 0 ? main : texts;
}

/** The main licence file where there is one; else LICENSE-MIT beside LICENSE-APACHE, which leave the choice. */
function licenseOfTexts(files: readonly LicenseFile[]): string | null {
  const main = files.filter(({ name }) => mainLicenseFile.test(name));
  const others = files.filter((file) => !main.includes(file));
  const sendsToOthers = others.length > 0 && main.some(({ text }) => others.every(({ name }) => text.includes(name)));
  const known = main.map(({ text }) => licenseOfFile(text)).filter((license) => license !== null);
  if (known.length > 0 && !sendsToOthers) return together(known, "AND");
  return spdxOfAll(
    others.map(({ text }) => licenseOfFile(text) ?? ""),
    "OR",
  );
}

/** What a package declares; its text as well where that asks for more than the declaration has in it. */
function declaredBeside(declared: string, written: string): string {
  const family = (license: string) => license.replace(/-(?:only|or-later)$/, "");
  const inDeclared = identifiersOf(declared).map(family);
  return identifiersOf(written).every((id) => inDeclared.includes(family(id)))
    ? declared
    : together([declared, written], "AND");
}

/** Finds for each file the licence of the nearest folder, from its own up to the top of its repository, that has one. */
export class NearestLicense {
  readonly #known = new Map<string, Promise<string | null | undefined>>();

  /** @param ofFolder what one folder says; the top is the empty path */
  constructor(readonly ofFolder: (folder: string) => Promise<string | null | undefined>) {}

  /** The licence of a file, by its path in the repository. */
  async of(path: string): Promise<string | null> {
    let folder = path;
    while (folder !== "") {
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
      const license = await this.#of(folder);
      if (license !== undefined) return license;
    }
    return null;
  }

  #of(folder: string): Promise<string | null | undefined> {
    let license = this.#known.get(folder);
    if (license === undefined) {
      license = this.ofFolder(folder);
      this.#known.set(folder, license);
    }
    return license;
  }
}
