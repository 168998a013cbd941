import { readFileSync } from "node:fs";
import os from "node:os";

/**
 * How many physical cores this process may use: the processors that it may run on, two threads of one core counted once,
 * and no more than the container's CPU quota. At least 1.
 */
export function usableCores(): number {
  const logical = os.availableParallelism();
  return Math.max(1, Math.min(logical, physicalCores(), cpuQuota()));
}

/** Counts the cores behind the processors that the scheduler may use; unknown (infinite) outside Linux. */
function physicalCores(): number {
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(read("/proc/self/status"))?.[1];
  if (allowed === undefined) return Number.POSITIVE_INFINITY;
  const cores = new Set<string>();
  for (const range of allowed.split(",")) {
    const [first = 0, last = first] = range.split("-").map(Number);
    for (let processor = first; processor <= last; processor++) {
      const siblings = read(`/sys/devices/system/cpu/cpu${processor}/topology/thread_siblings_list`).trim();
      cores.add(siblings === "" ? String(processor) : siblings);
    }
  }
  return cores.size;
}

/** The quota of the control group in whole processors (cgroup v2, then v1); infinite where there is none. */
function cpuQuota(): number {
  const [quota, period] = read("/sys/fs/cgroup/cpu.max").trim().split(" ");
  if (quota !== undefined && period !== undefined && quota !== "max") return Math.floor(Number(quota) / Number(period));
  const older = Number(read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"));
  const olderPeriod = Number(read("/sys/fs/cgroup/cpu/cpu.cfs_period_us"));
  return older > 0 && olderPeriod > 0 ? Math.floor(older / olderPeriod) : Number.POSITIVE_INFINITY;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
