// Opens the model of a folder, prints the id of the process that generates, and waits for being killed.
import { Generator } from "../../src/model/transformers/generator.ts";

const { generator } = await Generator.open({ model: process.argv[2]!, batch: 1, threads: 1 });
console.log(generator.process.id);
setInterval(() => undefined, 1000);
