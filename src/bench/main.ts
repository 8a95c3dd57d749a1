import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { manyConnections, oneSymbol, pausedReaders, type Scale, watchlists } from './fanout-bench.ts';
import { type FanoutFigures, fanoutReport, machine } from './report.ts';
import type { ServerName } from './server-process.ts';

const USAGE =
  'usage: npm run bench -- fanout [--quick] [--only tickroom,yoga,ws] [--json FILE] [--cpu-prof DIR]';

const startedAt = performance.now();
function tell(what: string): void {
  const elapsed = Math.round((performance.now() - startedAt) / 1000);
  console.error(`[${String(elapsed).padStart(4)} s] ${what} …`);
}

function step<T>(what: string, run: () => Promise<T>): Promise<T> {
  tell(what);
  return run();
}

async function fanout(only: readonly ServerName[], scale: Scale): Promise<FanoutFigures> {
  const servers = await oneSymbol(only, scale, tell);
  const { subscribers, many } = scale;
  if (!only.includes('tickroom')) return { subscribers, many, servers };
  return {
    subscribers,
    many,
    servers,
    watchlists: {
      shared: await step(`${many} shared watchlists`, () => watchlists('shared', scale)),
      different: await step(`${many} different watchlists`, () => watchlists('different', scale)),
    },
    connections: await step(`${many} connections`, () => manyConnections(scale)),
    paused: {
      none: await step('nobody stops reading', () => pausedReaders(0, scale)),
      one: await step('one client stops reading', () => pausedReaders(1, scale)),
      ten: await step('ten clients stop reading', () => pausedReaders(10, scale)),
    },
  };
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: 'tickroom,yoga,ws' },
      json: { type: 'string', default: 'bench-results/fanout.json' },
      'cpu-prof': { type: 'string' },
    },
  });
  const only = values.only.split(',');
  const known = (name: string): name is ServerName => ['tickroom', 'yoga', 'ws'].includes(name);
  if (positionals.join() !== 'fanout' || !only.every(known)) throw new Error(USAGE);
  if (process.platform !== 'linux')
    throw new Error('The bench reads CPU time and memory from /proc: run it on Linux.');
  const profile = values['cpu-prof'];
  const figures = await fanout(only, {
    ...(values.quick
      ? { subscribers: 100, many: 1000, seconds: 2 }
      : { subscribers: 1000, many: 10_000, seconds: 8 }),
    nodeOptions: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
  });
  mkdirSync(path.dirname(values.json), { recursive: true });
  writeFileSync(
    values.json,
    `${JSON.stringify({ machine: machine(), at: new Date().toISOString(), ...figures }, null, 2)}\n`,
  );
  console.log(fanoutReport(figures));
}

process.once('SIGINT', () => process.exit(130));
main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
