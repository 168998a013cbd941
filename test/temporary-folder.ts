import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Gives the whole suite a temporary folder of its own, and removes it afterwards with whatever tests left in it. */
export function setup(): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), "apprentice-tests-"));
  // Sandboxes run as another user and have their scratch folders in there.
  chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
