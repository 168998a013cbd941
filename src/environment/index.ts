export { type CreateOptions, createEnvironment } from "./create.ts";
export { type EnvironmentDefinition, environmentDefinitions, trainerFolder } from "./definitions.ts";
export {
  creationCommand,
  environmentDefinition,
  environmentFolder,
  environmentInterpreter,
  folderSize,
  type InstalledEnvironment,
  installedEnvironment,
  removeEnvironment,
} from "./environment.ts";
export { graphicsCard } from "./graphics-card.ts";
export { readLaunch, type TrainerCommand, trainerCommand, trainerInterpreter } from "./trainer.ts";
export { type TrainerEvent, TrainerProcess } from "./trainer-process.ts";
