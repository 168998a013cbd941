/** A number within limits. */
function clip(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/**
 * Factor for the stars of the repository: 1 for none, 2 from 100,000 on. CERT's published code, and equation 1 of
 * private-library's appendix B, whose "log" is base 10 in the code.
 */
export function starFactor(stars: number): number {
  return 1 + clip(Math.log10(stars + 1), 0, 5) / 5;
}

/**
 * Factor for the rate of unit tests among a file's functions: 1 up to one half, 0.5 where every function is a test. CERT's published
 * code, and equation 1 of private-library's appendix B.
 */
export function testFactor(unitTestRate: number): number {
  return clip(1.5 - unitTestRate, 0, 1);
}

/** CERT's resampling weight, as its published code has it. */
export function resamplingWeight(stars: number, unitTestRate: number): number {
  return starFactor(stars) * testFactor(unitTestRate);
}

/**
 * Factor for how clearly a file's API names mean one API each. Equation 1 as it is printed gives 4 to 5: 5 − clip(ln(M/N), 0, 5) × 0.2.
 * The published code gives 0 to 1: (5 − clip(ln(M/N), 0, 5)) / 5.
 *
 * @param names API names in the file (N)
 * @param candidates APIs that these names could mean (M ≥ N)
 */
export function apiFactor(names: number, candidates: number, form: "paper" | "published-code"): number {
  const ambiguity = names === 0 ? 0 : clip(Math.log(candidates / names), 0, 5);
  return form === "paper" ? 5 - ambiguity * 0.2 : (5 - ambiguity) / 5;
}
