// A worker that does what its jobs' sources say: answer, hang, die, hang or die once, report a failed machine, say
// something, or talk without end.
import { existsSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [folder, behaviour] = process.argv.slice(2);
if (behaviour === "does not start") {
  console.error("no such module: everything");
  process.exit(3);
}
/** @param {object} document */
const answer = (document) => process.stdout.write(`${JSON.stringify(document)}\n`);
/** @param {string} name */
const isFirst = (name) => {
  const mark = `${folder}/${name}`;
  if (existsSync(mark)) return false;
  writeFileSync(mark, "");
  return true;
};
answer({ ready: true, version: "fake 1.0" });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, source } = JSON.parse(line);
  const [deed, name = ""] = source.split(" ");
  const once = deed.endsWith("-once") ? !isFirst(name) : false;
  if (deed.startsWith("hang") && !once) for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (deed.startsWith("die") && !once) process.exit(9);
  if (deed === "says") process.stdout.write(source.slice(5).replace("ID", id));
  else if (deed === "talks") for (let n = 0; n < 1000; n++) process.stdout.write("x".repeat(1000));
  else if (deed.startsWith("broken") && !once)
    answer({ id, outcome: "infrastructure_error", message: "no fork", cpuSeconds: 0 });
  else
    answer({
      id,
      outcome: "passed",
      cpuSeconds: 0,
      message: `${process.pid}`,
      ...(deed === "recycle" ? { recycle: true } : {}),
    });
}
