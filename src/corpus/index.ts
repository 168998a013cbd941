export type { Document, Skipped } from "./document.ts";
export { type BuildRequest, type BuildResult, buildCorpus } from "./pipeline/build.ts";
export type { Amount } from "./pipeline/counts.ts";
export type { Manifest } from "./pipeline/manifest.ts";
export { type CorpusDocument, documentsOfPath, readManifest, sampleDocuments } from "./reader.ts";
export { loadRecipe, type Recipe, recipeNames } from "./recipe.ts";
export { corpusSteps } from "./steps.ts";
