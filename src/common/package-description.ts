import { readFileSync } from "node:fs";
import path from "node:path";
import { packageFolder } from "./folders.ts";

/** What the package says about itself, as far as it is asked for. */
interface PackageDescription {
  /** Version of Apprentice. */
  readonly version: string;
  /** The packages that it needs, with the releases that it pins. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Reads the package's own `package.json`. */
export function packageDescription(): PackageDescription {
  return JSON.parse(readFileSync(path.join(packageFolder, "package.json"), "utf8")) as PackageDescription;
}
