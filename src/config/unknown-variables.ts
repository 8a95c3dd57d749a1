import type { Variable } from './variable.ts';

/** A variable that the server does not know, and the one that was probably meant. */
export interface Misspelt {
  readonly name: string;
  readonly meant: string;
}

/** Shorter names are near to too many words that other programs use. */
const MIN_LENGTH = 5;
const LONG = 8;

/**
 * Finds variables that are one or two letters away from one of ours, which is not set itself.
 * @param names of the environment
 * @param known names of ours
 */
export function misspelt(names: readonly string[], known: readonly string[]): Misspelt[] {
  const set = new Set(names);
  return names.flatMap((name) => {
    if (known.includes(name) || name !== name.toUpperCase()) return [];
    const meant = known.find((candidate) => !set.has(candidate) && isNear(name, candidate));
    return meant === undefined ? [] : [{ name, meant }];
  });
}

function isNear(name: string, candidate: string): boolean {
  if (candidate.length < MIN_LENGTH) return false;
  const most = candidate.length >= LONG ? 2 : 1;
  return Math.abs(name.length - candidate.length) <= most && distance(name, candidate) <= most;
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** Misspelt variables, a sentence each. They stop a start: a limit or a secret that silently does not hold is worse. */
export function misspeltProblems(env: NodeJS.ProcessEnv, variables: readonly Variable[]): string[] {
  const known = variables.map(({ name }) => name);
  return misspelt(Object.keys(env), known).map(
    ({ name, meant }) =>
      `${name} is not a variable of Tickroom: correct it to ${meant}, or set ${meant} to nothing if another program reads ${name}.`,
  );
}

/**
 * Variables that look like settings of this server and have no effect, a sentence each. They do not stop a start, because
 * platforms set them by themselves: PORT on hosting services, and a service named tickroom gets TICKROOM_… on Kubernetes.
 */
export function environmentNotices(env: NodeJS.ProcessEnv, variables: readonly Variable[]): string[] {
  const notices: string[] = [];
  if (env.PORT && !env.WEBSOCKET_PORT) {
    notices.push('PORT has no effect: set WEBSOCKET_PORT to choose the port.');
  }
  const known = new Set(variables.map(({ name }) => name));
  for (const name of Object.keys(env)) {
    if (!name.startsWith('TICKROOM_')) continue;
    const bare = name.slice('TICKROOM_'.length);
    if (known.has(bare)) notices.push(`${name} has no effect: the variable is called ${bare}.`);
  }
  return notices;
}
