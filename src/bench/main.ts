import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { underAttack } from './attack-bench.ts';
import { attackReport } from './attack-report.ts';
import { across, workers } from './cluster-bench.ts';
import { type ClusterReport, clusterReport } from './cluster-report.ts';
import { comparePaused, compareWatchlists, manyConnections, oneSymbol, type Scale } from './fanout-bench.ts';
import { compareFanout, fanoutComparisonReport } from './fanout-compare.ts';
import { underFloods } from './flood-bench.ts';
import { floodReport } from './flood-report.ts';
import { ingest } from './ingest-bench.ts';
import { compareIngest, ingestReport } from './ingest-compare.ts';
import { startPostgres } from './postgres.ts';
import { redisUrl } from './redis.ts';
import { type FanoutFigures, fanoutReport, machine } from './report.ts';
import { resuming } from './resuming-bench.ts';
import { bigRoom, sending } from './rooms-bench.ts';
import { type RoomsReport, roomsReport } from './rooms-report.ts';
import type { ServerName } from './server-process.ts';
import { signIns } from './sign-in-bench.ts';
import { compareWires } from './wires-bench.ts';
import { wiresReport } from './wires-report.ts';

const USAGE = `usage: npm run bench -- fanout [--quick] [--only tickroom,yoga,ws] [--json FILE] [--cpu-prof DIR]
       npm run bench -- fanout --against CHECKOUT [--quick] [--json FILE], with another checkout, built
       npm run bench -- rooms [--quick] [--json FILE]
       npm run bench -- attack [--quick] [--floods] [--json FILE]
       npm run bench -- wires [--quick] [--json FILE]
       npm run bench -- cluster [--quick] [--json FILE], with a Redis in REDIS_URL
       npm run bench -- ingest --against CHECKOUT [--quick] [--json FILE], with a Redis in REDIS_URL and another checkout, built`;

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
    watchlists: await compareWatchlists(scale, tell),
    signIns: await signIns(scale.many / 2, tell),
    connections: await step(`${many} connections`, () => manyConnections(scale)),
    paused: await comparePaused(scale, tell),
  };
}

async function rooms(quick: boolean): Promise<RoomsReport> {
  const scale = quick
    ? { members: 500, senders: 50, seconds: 3 }
    : { members: 10_000, senders: 50, seconds: 8 };
  const room = await bigRoom(scale, tell);
  const pglite = await step('sending, PGlite', () => sending(scale));
  await using postgres = await startPostgres();
  const onPostgres = await step('sending, PostgreSQL', () => sending(scale, postgres.url));
  return { senders: scale.senders, room, sent: { pglite, postgres: onPostgres } };
}

async function clusterFigures(quick: boolean): Promise<ClusterReport> {
  await using postgres = await startPostgres();
  const scale = {
    redis: await redisUrl(),
    database: postgres.url,
    ...(quick
      ? { subscribers: 200, returning: 500, seconds: 3 }
      : { subscribers: 1000, returning: 5000, seconds: 8 }),
  };
  return {
    subscribers: scale.subscribers,
    cores: availableParallelism(),
    across: await step('from one instance to another', () => across(scale, 1000)),
    ingest: await step('ingest', () => ingest(scale)),
    workers: {
      one: await step('one process', () => workers(scale, 1)),
      two: await step('two processes', () => workers(scale, 2)),
    },
    resuming: await resuming(scale, tell),
  };
}

function write(file: string, figures: object): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const report = { machine: machine(), at: new Date().toISOString(), ...figures };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      floods: { type: 'boolean', default: false },
      only: { type: 'string', default: 'tickroom,yoga,ws' },
      against: { type: 'string' },
      json: { type: 'string' },
      'cpu-prof': { type: 'string' },
    },
  });
  if (process.platform !== 'linux')
    throw new Error('The bench reads CPU time and memory from /proc: run it on Linux.');
  const [what = ''] = positionals;
  const file = values.json ?? `bench-results/${what}.json`;
  const only = values.only.split(',');
  const known = (name: string): name is ServerName => ['tickroom', 'yoga', 'ws'].includes(name);
  if (what === 'rooms') {
    const figures = await rooms(values.quick);
    write(file, figures);
    console.log(roomsReport(figures));
  } else if (what === 'attack') {
    const scale = values.quick
      ? { honest: 100, attackers: 200, seconds: 3, rounds: 1 }
      : { honest: 500, attackers: 2000, seconds: 20, rounds: 3 };
    const attack = values.floods ? undefined : await underAttack(scale, tell);
    const floods = await underFloods(
      values.quick ? { honest: 100, seconds: 4, rounds: 1 } : { honest: 500, seconds: 10, rounds: 3 },
      tell,
    );
    write(file, { ...attack, floods });
    if (attack) console.log(`${attackReport(attack)}\n`);
    console.log(floodReport(floods));
  } else if (what === 'wires') {
    const scale = values.quick ? { subscribers: 200, seconds: 6 } : { subscribers: 1000, seconds: 18 };
    const figures = await compareWires(scale, tell);
    write(file, figures);
    console.log(wiresReport(figures, scale.subscribers));
  } else if (what === 'cluster') {
    const figures = await clusterFigures(values.quick);
    write(file, figures);
    console.log(clusterReport(figures));
  } else if (what === 'ingest' && values.against) {
    const figures = await compareIngest(
      {
        redis: await redisUrl(),
        against: { checkout: values.against },
        bursts: values.quick ? 20 : 40,
      },
      tell,
    );
    write(file, figures);
    console.log(ingestReport(figures));
  } else if (what === 'fanout' && only.every(known)) {
    const profile = values['cpu-prof'];
    const scale = {
      ...(values.quick
        ? { subscribers: 100, many: 1000, seconds: 2 }
        : { subscribers: 1000, many: 10_000, seconds: 8 }),
      nodeOptions: profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [],
    };
    if (values.against) {
      const compared = await compareFanout(scale, { checkout: values.against }, tell);
      write(file, compared);
      console.log(fanoutComparisonReport(compared));
      return;
    }
    const figures = await fanout(only, scale);
    write(file, figures);
    console.log(fanoutReport(figures));
  } else {
    throw new Error(USAGE);
  }
}

process.once('SIGINT', () => process.exit(130));
main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
