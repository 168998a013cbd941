import { readFileSync } from "node:fs";
import path from "node:path";
import { packageFolder } from "../common/folders.ts";

/** A pinned Python environment, as data. */
export interface EnvironmentDefinition {
  /** For example `pandas-1.5`. */
  readonly name: string;
  readonly description: string;
  /** Python versions that it can be built on, best first. */
  readonly pythons: readonly string[];
  /** What is installed. */
  readonly requirements: readonly string[];
  /**
   * Smaller builds of the same versions, tried first: not every package index has them.
   * For example PyTorch for CPU only.
   */
  readonly smallerRequirements?: readonly string[];
  /** Whether the full build is taken on a machine with a graphics card, because the smaller one cannot use it. */
  readonly usesGraphicsCard?: true;
  /** The version of everything that the requirements pull in, on any platform. Nothing outside this list is accepted. */
  readonly pins: readonly string[];
  /** Modules that must import, or the environment is refused. */
  readonly modules: readonly string[];
  /** Megabytes that are downloaded and that lie on the disk afterwards, for the largest platform. */
  readonly downloadMegabytes: number;
  readonly diskMegabytes: number;
  /** The command that makes it, where it is not `apprentice environment create NAME`. */
  readonly createdBy?: string;
}

/** What pandas 1.5.3 was released with; the versions of Debian 12. */
const pandasPins = ["pandas==1.5.3", "python-dateutil==2.8.2", "pytz==2022.7.1", "six==1.16.0"];

const definitions: readonly EnvironmentDefinition[] = [
  {
    name: "pandas-1.5",
    description: "pandas 1.5.3 over NumPy 1.24.2, in which the published reference solutions were counted",
    pythons: ["3.11", "3.10"],
    requirements: ["pandas==1.5.3", "numpy==1.24.2"],
    pins: [...pandasPins, "numpy==1.24.2"],
    modules: ["numpy", "pandas"],
    downloadMegabytes: 30,
    diskMegabytes: 170,
  },
  {
    name: "pandas-1.5-numpy-1.23",
    description: "pandas 1.5.3 over NumPy 1.23.5, which still has np.float and np.bool",
    pythons: ["3.11", "3.10"],
    requirements: ["pandas==1.5.3", "numpy==1.23.5"],
    pins: [...pandasPins, "numpy==1.23.5"],
    modules: ["numpy", "pandas"],
    downloadMegabytes: 30,
    diskMegabytes: 170,
  },
  {
    name: "pandas-1.5-numpy-1.22",
    description: "pandas 1.5.3 over NumPy 1.22.4, which still has np.float, np.bool and np.alen",
    pythons: ["3.10"],
    requirements: ["pandas==1.5.3", "numpy==1.22.4"],
    pins: [...pandasPins, "numpy==1.22.4"],
    modules: ["numpy", "pandas"],
    downloadMegabytes: 30,
    diskMegabytes: 170,
  },
  {
    name: "torchdata-0.9",
    description: "torchdata 0.9.0 over PyTorch 2.13.0, the last torchdata with data pipes",
    pythons: ["3.11", "3.12"],
    requirements: ["torchdata==0.9.0", "torch==2.13.0"],
    smallerRequirements: ["torchdata==0.9.0", "torch==2.13.0+cpu"],
    pins: [
      "torchdata==0.9.0",
      "torch==2.13.0",
      "certifi==2026.10.18",
      "charset-normalizer==3.5.2",
      "cuda-bindings==13.5.0",
      "cuda-pathfinder==1.9.0",
      "cuda-toolkit==13.0.3.0",
      "filelock==4.2.11",
      "fsspec==2026.9.0",
      "idna==3.20",
      "jinja2==3.1.6",
      "markupsafe==3.0.4",
      "mpmath==1.3.0",
      "networkx==3.6.1",
      "nvidia-cublas==13.1.1.3",
      "nvidia-cuda-cupti==13.0.85",
      "nvidia-cuda-nvrtc==13.0.88",
      "nvidia-cuda-runtime==13.0.96",
      "nvidia-cudnn-cu13==9.20.0.48",
      "nvidia-cufft==12.0.0.61",
      "nvidia-cufile==1.15.1.6",
      "nvidia-curand==10.4.0.35",
      "nvidia-cusolver==12.0.4.66",
      "nvidia-cusparse==12.6.3.3",
      "nvidia-cusparselt-cu13==0.8.1",
      "nvidia-nccl-cu13==2.29.7",
      "nvidia-nvjitlink==13.5.37",
      "nvidia-nvshmem-cu13==3.4.5",
      "nvidia-nvtx==13.0.85",
      "requests==2.34.2",
      "setuptools==84.2.1",
      "sympy==1.14.0",
      "triton==3.7.1",
      "typing-extensions==4.16.0",
      "urllib3==2.8.0",
    ],
    modules: ["torch", "torchdata.datapipes.iter"],
    downloadMegabytes: 2800,
    diskMegabytes: 5500,
  },
];

/** Where the trainer's Python package lies: `apprentice_trainer`, its presets and its lock. */
export const trainerFolder = path.join(packageFolder, "python", "trainer");

/** The packages that the trainer imports; the lock beside it names their versions, and everything that they pull in. */
const trainerPackages = [
  "torch",
  "transformers",
  "accelerate",
  "tokenizers",
  "safetensors",
  "numpy",
  "pyarrow",
  "gguf",
  "peft",
];

/** The environment that models are trained in. Its pins are the lines of the trainer's lock. */
function trainerEnvironment(): EnvironmentDefinition {
  const pins = readFileSync(path.join(trainerFolder, "lock.txt"), "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  const requirements = pins.filter((pin) => trainerPackages.includes(pin.split("==")[0]!));
  return {
    name: "trainer",
    description: "PyTorch and Transformers, in which models are trained",
    pythons: ["3.11", "3.12"],
    requirements,
    smallerRequirements: requirements.map((pin) => (pin.startsWith("torch==") ? `${pin}+cpu` : pin)),
    usesGraphicsCard: true,
    pins,
    modules: trainerPackages,
    downloadMegabytes: 2900,
    diskMegabytes: 5500,
    createdBy: "apprentice train setup",
  };
}

/** Every pinned environment, by name. */
export const environmentDefinitions: ReadonlyMap<string, EnvironmentDefinition> = new Map(
  [...definitions, trainerEnvironment()].map((definition) => [definition.name, definition]),
);
