import { Attackers } from './attackers.ts';
import { ClientPool } from './client-pool.ts';
import { atRate, type Delivered } from './delivery-bench.ts';
import { inspectable, keptBytes } from './inspector.ts';
import { Parts } from './parts.ts';
import { Publisher } from './publisher.ts';
import { startServer } from './server-process.ts';

export interface AttackScale {
  readonly honest: number;
  readonly attackers: number;
  readonly seconds: number;
  /** of each kind */
  readonly rounds: number;
}

export interface AttackRound extends Delivered {
  /** of what was published to the honest, how much reached them */
  readonly deliveredShare: number;
}

export interface AttackFigures extends AttackScale {
  readonly quiet: readonly AttackRound[];
  readonly attacked: readonly AttackRound[];
  readonly actsPerSecond: number;
  /** what the server's memory, garbage collected, grew by over all rounds */
  readonly grownBytes: number;
}

const QUERY = 'subscription ($s: [Symbol!]!) { streamData(symbols: $s) { symbol price volume sequence } }';
const PER_SECOND = 20;

/** What honest subscribers notice while others do harm: quiet rounds and attacked ones take turns. */
export async function underAttack(scale: AttackScale, tell: (what: string) => void): Promise<AttackFigures> {
  await using parts = new Parts();
  const { option, port } = await inspectable();
  const server = parts.use(await startServer('tickroom', [option], { TRUST_PROXY: '1' }));
  const pool = parts.use(new ClientPool(1));
  await pool.open(server.port, scale.honest);
  await pool.subscribe(QUERY, [{ s: ['AAPL'] }]);
  const publisher = parts.use(await Publisher.open(server));
  const attackers = parts.use(new Attackers());
  const { honest: receivers, seconds } = scale;
  let events = 0;
  const symbolOf = (event: number): string => {
    events = event + 1;
    return 'AAPL';
  };
  const run = { server, pool, publisher, receivers, seconds, symbolOf };
  const round = async (): Promise<AttackRound> => {
    const delivered = await atRate(run, PER_SECOND);
    return { ...delivered, deliveredShare: pool.received / (events * receivers) };
  };
  const quiet: AttackRound[] = [];
  const attacked: AttackRound[] = [];
  let acts = 0;
  let elapsed = 0;
  await round();
  const before = await keptBytes(server.pid, port);
  for (let i = 1; i <= scale.rounds; i += 1) {
    tell(`quiet, round ${i}`);
    quiet.push(await round());
    tell(`attacked, round ${i}`);
    const startedAt = performance.now();
    attackers.attack(server.port, scale.attackers);
    attacked.push(await round());
    acts += await attackers.rest();
    elapsed += (performance.now() - startedAt) / 1000;
  }
  tell('quiet, at last');
  quiet.push(await round());
  const grownBytes = (await keptBytes(server.pid, port)) - before;
  return { ...scale, quiet, attacked, actsPerSecond: acts / elapsed, grownBytes };
}
