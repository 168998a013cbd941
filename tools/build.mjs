// Compiles src/ into dist/, and copies what runs in browsers as it is. A second call with unchanged sources takes milliseconds, and two calls at once do no harm.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = path.join(root, "dist");
const stamp = path.join(out, ".sources.sha256");

const sources = readdirSync(path.join(root, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name))
  .sort();
const hash = createHash("sha256");
for (const file of [...sources, path.join(root, "tsconfig.json"), path.join(root, "package-lock.json")]) {
  hash.update(`${path.relative(root, file)}\0`).update(readFileSync(file));
}
const wanted = hash.digest("hex");
if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) process.exit(0);

const fresh = `${out}.${process.pid}`;
const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
try {
  execFileSync(process.execPath, [compiler, "-p", path.join(root, "tsconfig.build.json"), "--outDir", fresh], {
    stdio: "inherit",
  });
} catch {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(1);
}
cpSync(path.join(root, "src", "report", "viewer"), path.join(fresh, "report", "viewer"), {
  recursive: true,
  filter: (file) => !file.endsWith(".json"),
});
const main = path.join(fresh, "cli", "main.js");
if (existsSync(main)) chmodSync(main, 0o755);
writeFileSync(path.join(fresh, path.basename(stamp)), wanted);

// Another call may put its own build in place at any moment; it was made of the same sources or of newer ones.
for (let attempt = 1; ; attempt++) {
  const old = `${fresh}.old`;
  try {
    if (existsSync(out)) renameSync(out, old);
    renameSync(fresh, out);
    break;
  } catch (error) {
    if (attempt === 10) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}
