import { readFileSync } from 'node:fs';

/** Clock ticks a second that Linux counts CPU time in: fixed for user space. */
const TICKS = 100;

/** CPU time of a process with all its threads, in µs, as Linux accounts it. @throws where there is no /proc */
export function cpuMicros(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024;
}

/** CPU time of a process and the processes it has started, in µs. */
export function familyCpuMicros(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter(Boolean);
  return children.reduce((sum, child) => sum + familyCpuMicros(Number(child)), cpuMicros(pid));
}
