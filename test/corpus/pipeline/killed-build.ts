// A build that a test kills: node --import tsx killed-build.ts RECIPE SOURCE FOLDER THREADS
import { buildCorpus, loadRecipe } from "../../../src/corpus/index.ts";

const [recipe = "", source = "", folder = "", threads = "1"] = process.argv.slice(2);
const { manifest } = await buildCorpus({
  recipe: await loadRecipe(recipe),
  sources: [source],
  folder,
  threads: Number(threads),
  keepRejects: true,
});
console.log(manifest.output.documents);
