import { shareInterval } from "../evaluation/bootstrap.ts";
import { passAtKPerProblem } from "../evaluation/metrics.ts";
import type { Interval, Summary } from "../evaluation/records.ts";
import { countsAt } from "./problem-counts.ts";

/** A value of k or of the temperature, and pass@k there. */
export type Point = Interval & { readonly x: number };

/** The k that a curve is drawn at: 1, 2, 3, 5, 7 and their tens, those of the summary, and the number of samples. */
export function curveK(summary: Summary): number[] {
  const most = samplesPerProblem(summary);
  const steps = [1, 10, 100, 1000, 10_000].flatMap((power) => [1, 2, 3, 5, 7].map((step) => step * power));
  const all = new Set([...steps, ...reportedK(summary), most]);
  return [...all].filter((k) => k <= most).sort((a, b) => a - b);
}

/** The k that the run reports. */
export function reportedK(summary: Summary): number[] {
  return Object.keys(summary.best)
    .map(Number)
    .sort((a, b) => a - b);
}

/** The largest number of judged samples that a problem has at one temperature. */
export function samplesPerProblem(summary: Summary): number {
  const most = summary.temperatures.map(({ temperature }) =>
    countsAt(summary, temperature).reduce((best, { judged }) => Math.max(best, judged), 0),
  );
  return Math.max(0, ...most);
}

/** pass@k against k at one temperature. */
export function curveAt(summary: Summary, temperature: number): Point[] {
  const counts = countsAt(summary, temperature);
  return curveK(summary).flatMap((k) => {
    const values = passAtKPerProblem(counts, k);
    return values.length === 0 ? [] : [{ x: k, ...shareInterval(values) }];
  });
}

/** pass@k against k, each k at the temperature that is best for it. */
export function bestCurve(summary: Summary): Point[] {
  const curves = summary.temperatures.map(({ temperature }) => curveAt(summary, temperature));
  return curveK(summary).flatMap((k) => {
    const points = curves.flatMap((curve) => curve.filter(({ x }) => x === k));
    const most = Math.max(...points.map(({ value }) => value));
    return points.filter(({ value }) => value === most).slice(0, 1);
  });
}

/** pass@k against temperature for one reported k. */
export function temperatureCurve(summary: Summary, k: number): Point[] {
  return summary.temperatures.flatMap(({ temperature, passAt }) => {
    const at = passAt[k];
    return at === undefined ? [] : [{ x: temperature, ...at }];
  });
}
