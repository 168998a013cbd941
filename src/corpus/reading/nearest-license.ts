import { spdxOfAll } from "../license.ts";
import { licenseOfFile } from "../license-file.ts";
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
 * @returns the licence; null when the folder has licence files and none is known; undefined when it says nothing
 */
export function licenseOfFolder(
  files: readonly LicenseFile[],
  trusted: "text" | "metadata",
): string | null | undefined {
  const texts = files.filter(({ name }) => licenseFile.test(name));
  const declared = files
    .filter(({ name }) => isPackageMetadata(name))
    .map(({ name, text }) => declaredLicense(name, text))
    .find((license) => license !== null);
  const written = licenseOfTexts(texts);
  const license = trusted === "text" ? (written ?? declared) : (declared ?? written);
  return license ?? (texts.length > 0 ? null : undefined);
}

/** The main licence file where there is one; else LICENSE-MIT beside LICENSE-APACHE, which leave the choice. */
function licenseOfTexts(files: readonly LicenseFile[]): string | null {
  const main = files.find(({ name }) => mainLicenseFile.test(name));
  const known = main === undefined ? null : licenseOfFile(main.text);
  if (known !== null) return known;
  const others = files.filter((file) => file !== main).map(({ text }) => licenseOfFile(text) ?? "");
  return spdxOfAll(others, "OR");
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
