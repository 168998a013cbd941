import { readdir } from "node:fs/promises";
import path from "node:path";
import { together } from "../license.ts";
import { type LicenseFile, largestLicenseFile, licenseOfFolder, tellsLicense } from "./nearest-license.ts";
import { readRegularFile } from "./regular-file.ts";

/** Bytes of a list of installed files at most: that of a large package has 2 MB. */
const largestRecord = 64 * 1024 * 1024;

/** Reads what of a folder's files says something about its licence; of a folder that cannot be read, nothing. */
export async function licenseFilesIn(folder: string): Promise<LicenseFile[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter(tellsLicense)
    .sort()
    .flatMap((name) => {
      const bytes = readRegularFile(path.join(folder, name), largestLicenseFile);
      return typeof bytes === "string" ? [] : [{ name, text: bytes.toString("utf8") }];
    });
}

/**
 * The licences of packages that were installed into a folder such as `site-packages`, by the folders in it that are theirs: an
 * installer notes beside them what belongs to whom (PEP 376, PEP 627). Where several share a folder, all of theirs hold;
 * null where one of them is not known.
 */
export async function installedLicenses(sitePackages: string): Promise<ReadonlyMap<string, string | null>> {
  const names = await readdir(sitePackages).catch(() => []);
  const found = new Map<string, string | null>();
  for (const name of names.filter((name) => name.endsWith(".dist-info")).sort()) {
    const information = path.join(sitePackages, name);
    const texts = [
      ...(await licenseFilesIn(information)),
      // Where PEP 639 has the texts.
      ...(await licenseFilesIn(path.join(information, "licenses"))),
    ];
    const license = licenseOfFolder(texts, "metadata") ?? null;
    for (const folder of foldersIn(path.join(information, "RECORD"))) {
      const other = found.has(folder) ? found.get(folder)! : license;
      found.set(folder, license === null || other === null ? null : together([license, other], "AND"));
    }
  }
  return found;
}

/** The folders at the top that a list of installed files has files in, save for those that describe packages. */
function foldersIn(record: string): ReadonlySet<string> {
  const bytes = readRegularFile(record, largestRecord);
  if (typeof bytes === "string") return new Set();
  const first = bytes.toString("utf8").matchAll(/^"?([^"/,\r\n]+)\//gm);
  return new Set([...first].map(([, folder]) => folder!).filter((folder) => !/^\.\.?$|\.dist-info$/.test(folder)));
}
