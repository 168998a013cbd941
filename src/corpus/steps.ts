import { Registry } from "../common/registry.ts";
import type { CorpusStep } from "./step.ts";

/** The steps that a corpus recipe can name. */
export const corpusSteps = new Registry<CorpusStep>("corpus step", new URL("./steps/", import.meta.url));
