import { proprietaryLicense, spdxOf, spdxOfAll } from "../license.ts";

/** Files in which a package says what it is. */
const metadataFile = /^(METADATA|PKG-INFO|package\.json|pyproject\.toml|Cargo\.toml|setup\.cfg)$/;

/** Whether a file of that name declares its package's licence. */
export function isPackageMetadata(name: string): boolean {
  return metadataFile.test(name);
}

/**
 * The licence that a package's metadata declare, in SPDX's form; null when they name none that is known, undefined when they
 * name none at all.
 */
export function declaredLicense(name: string, text: string): string | null | undefined {
  if (name === "package.json") return ofPackageJson(text);
  if (name === "METADATA" || name === "PKG-INFO") return ofCoreMetadata(text);
  return ofSettings(text);
}

/** npm's package.json: `license`, or the older `{ "type": … }` and `licenses`. */
function ofPackageJson(text: string): string | null | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { license, licenses } = value as { license?: unknown; licenses?: unknown };
  const declared = [license ?? licenses].flat().filter((entry) => entry !== undefined && entry !== null);
  if (declared.length === 0) return undefined;
  const names = declared.map((entry: unknown) => {
    const name = typeof entry === "object" && entry !== null ? (entry as { type?: unknown }).type : entry;
    return typeof name === "string" ? name : "";
  });
  // npm's word for a package that nobody may use (package.json documentation, "license").
  if (names.some((name) => /^unlicensed$/i.test(name))) return proprietaryLicense;
  // npm's list is one of alternatives (package.json documentation, "license").
  return spdxOfAll(names, "OR");
}

/** Python's core metadata (PEP 639, PEP 314): the expression, else the free text, else the classifiers. */
function ofCoreMetadata(text: string): string | null | undefined {
  const end = text.search(/\r?\n\r?\n/);
  const lines = (end < 0 ? text : text.slice(0, end)).split(/\r?\n/);
  const field = (name: string) => {
    const start = `${name}:`;
    return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length).trim());
  };
  const named = [...field("License-Expression"), ...field("License")].filter(
    (name) => name !== "" && name !== "UNKNOWN",
  );
  return ofNames(named[0], field("Classifier"));
}

/** What a name says, else the trove classifiers. */
function ofNames(name: string | undefined, classifiers: readonly string[]): string | null | undefined {
  const licenses = classifiers.filter(isLicenseClassifier);
  if (licenses.includes("License :: Other/Proprietary License")) return proprietaryLicense;
  if (name === undefined && licenses.length === 0) return undefined;
  return (name === undefined ? null : spdxOf(name)) ?? spdxOfAll(licenses);
}

function isLicenseClassifier(classifier: string): boolean {
  return classifier.startsWith("License ::") && classifier !== "License :: OSI Approved";
}

/** The licence line of pyproject.toml, Cargo.toml and setup.cfg: `license = "MIT"`, `license = { text = "MIT" }`, `license = MIT`. */
function ofSettings(text: string): string | null | undefined {
  const line = /^\s*license\s*=\s*(?:\{\s*text\s*=\s*)?["']?([^"'{}\r\n]+?)["']?\s*\}?\s*$/m.exec(text)?.[1];
  return ofNames(line, text.match(/License :: [^"'\r\n]+/g) ?? []);
}
