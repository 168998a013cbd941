import cliProgress from "cli-progress";
import type { Progress, ProgressListener } from "../common/progress.ts";
import { bytes, duration } from "./output.ts";

/** Seconds between two lines of progress where standard error is no terminal. */
const plainInterval = 15;

/**
 * Draws progress on standard error: bars with the time left on a terminal, a line now and then elsewhere.
 * Call `stop` before printing results.
 */
export function progressBars(): { listener: ProgressListener; stop(): void } {
  return process.stderr.isTTY === true ? terminalBars() : plainLines();
}

function terminalBars(): { listener: ProgressListener; stop(): void } {
  const bars = new cliProgress.MultiBar(
    {
      format: "  {task}  {bar}  {amount}  {left}  {note}",
      barCompleteChar: "━",
      barIncompleteChar: "─",
      hideCursor: true,
      stream: process.stderr,
      barsize: 24,
    },
    cliProgress.Presets.shades_classic,
  );
  const known = new Map<string, { bar: cliProgress.SingleBar; started: number; first: number }>();
  return {
    listener(progress) {
      let entry = known.get(progress.task);
      if (entry === undefined) {
        const bar = bars.create(progress.total ?? 0, progress.done, {
          task: progress.task,
          amount: "",
          left: "",
          note: "",
        });
        entry = { bar, started: Date.now(), first: progress.done };
        known.set(progress.task, entry);
      }
      if (progress.total !== undefined) entry.bar.setTotal(progress.total);
      entry.bar.update(progress.done, {
        amount: amount(progress),
        left: timeLeft(progress, entry.started, entry.first),
        note: progress.note ?? "",
      });
    },
    stop: () => bars.stop(),
  };
}

function plainLines(): { listener: ProgressListener; stop(): void } {
  const known = new Map<string, { started: number; first: number; printed: number; finished: boolean }>();
  return {
    listener(progress) {
      const now = Date.now();
      const entry = known.get(progress.task) ?? { started: now, first: progress.done, printed: 0, finished: false };
      known.set(progress.task, entry);
      const finished = progress.done === progress.total;
      // The end is told at once, and once: work that ends in several places reports it from each.
      if (finished ? entry.finished : now - entry.printed < plainInterval * 1000) return;
      entry.printed = now;
      entry.finished = finished;
      const parts = [
        progress.task,
        amount(progress),
        timeLeft(progress, entry.started, entry.first),
        progress.note ?? "",
      ];
      process.stderr.write(`  ${parts.filter((part) => part !== "").join("  ")}\n`);
    },
    stop: () => undefined,
  };
}

function amount({ done, total, unit }: Progress): string {
  if (unit === "bytes") return total === undefined ? bytes(done) : `${bytes(done)} of ${bytes(total)}`;
  return total === undefined ? `${done} ${unit}` : `${done}/${total} ${unit}`;
}

/** Linear extrapolation from what was done since the first report, so that resumed work does not look fast. */
function timeLeft({ done, total }: Progress, started: number, first: number): string {
  const elapsed = (Date.now() - started) / 1000;
  if (total === undefined || done <= first || done >= total || elapsed < 1) return "";
  return `${duration((elapsed * (total - done)) / (done - first))} left`;
}
