/**
 * Which processes hold a port open: on Linux every open file of a process is a link in
 * /proc/PID/fd. Other users' processes are invisible without their rights. Nothing is ever ended.
 */
import type { Files } from "../machine.ts";

export interface Holder {
  readonly name: string;
  readonly pid: number;
}

export function holdersOf(files: Files, path: string): readonly Holder[] {
  const device = files.resolve(path) ?? path;
  return files.list("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    const fds = `/proc/${entry}/fd`;
    const holds = files.list(fds).some((fd) => files.resolve(`${fds}/${fd}`) === device);
    const name = files.read(`/proc/${entry}/comm`)?.trim() ?? "a process";
    return holds ? [{ name, pid: Number(entry) }] : [];
  });
}
