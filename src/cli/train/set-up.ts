import { environmentDefinition, graphicsCard, installedEnvironment } from "../../environment/index.ts";
import { createWithProgress } from "../create-environment.ts";
import { bytes, print, printJson, remark } from "../output.ts";

/** `apprentice train setup`: makes the environment that models are trained in. Killed halfway, it starts over; downloads are kept. */
export async function setUp({ json, python }: { json?: true; python?: string }): Promise<void> {
  const { name, downloadMegabytes, diskMegabytes } = environmentDefinition("trainer");
  if ((await installedEnvironment(name)) === undefined) {
    const card = await graphicsCard();
    const build =
      card === undefined
        ? "no graphics card was found, so a smaller build of PyTorch is taken where your package index has one"
        : `with the build of PyTorch for ${card}`;
    remark(
      `Up to ${bytes(downloadMegabytes * 1e6)} to download and ${bytes(diskMegabytes * 1e6)} on the disk; ${build}.`,
    );
  }
  const installed = await createWithProgress(name, python);
  if (json) return printJson(installed);
  const torch = installed.packages.find((entry) => entry.startsWith("torch=="));
  print(`Ready to train: Python ${installed.python}, ${torch}, ${installed.packages.length} packages.`);
  print(installed.interpreter);
}
