/** What two JSON values differ in, a line for each leaf: `sampling.seed: 0 there, 1 now`. Lists count as leaves. */
export function differences(there: unknown, now: unknown): string[] {
  const before = leaves(there);
  const after = leaves(now);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => `${key}: ${shortened(before.get(key))} there, ${shortened(after.get(key))} now`);
}

function leaves(value: unknown, at = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return new Map([[at, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, part]) => [...leaves(part as unknown, at === "" ? key : `${at}.${key}`)]),
  );
}

function shortened(text: string | undefined): string {
  if (text === undefined) return "nothing";
  return text.length <= 80 ? text : `${text.slice(0, 60)}… (${text.length} characters)`;
}
