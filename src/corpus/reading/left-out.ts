/** What version control and tools keep for themselves; there are no sources in it, and nobody misses it. */
const innerFolders = new Set([
  ...[".git", ".hg", ".svn"],
  ...["__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints"],
]);

/** Folders into which package managers install other people's code. */
const packageFolders = new Set([
  ...["site-packages", "dist-packages", ".tox", ".nox", ".eggs"],
  ...["node_modules", "bower_components"],
]);

/** Files that only lie at the top of an environment of Python (PEP 405) or conda. */
const environmentMarks = new Set(["pyvenv.cfg", "conda-meta"]);

/** Whether a folder of that name is passed over without a word. */
export function isInnerFolder(name: string): boolean {
  return innerFolders.has(name);
}

/** Whether a folder holds packages that were installed, by its name or by the names in it. */
export function holdsInstalledPackages(name: string, entries: readonly { readonly name: string }[]): boolean {
  return packageFolders.has(name) || entries.some((entry) => environmentMarks.has(entry.name));
}

/** Whether a file is a source of its own: an archive or a data set. */
export function isOtherSource(name: string): boolean {
  return /\.(whl|zip|tgz|tar\.gz|tar|parquet|(jsonl|ndjson)(\.gz|\.zst)?|json\.(gz|zst))$/i.test(name);
}
