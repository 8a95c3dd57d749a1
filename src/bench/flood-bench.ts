import { Attackers } from './attackers.ts';
import { ClientPool } from './client-pool.ts';
import { atRate, type Delivered } from './delivery-bench.ts';
import { FLOODS } from './flooder.ts';
import { Parts } from './parts.ts';
import { Publisher } from './publisher.ts';
import { startServer } from './server-process.ts';
import { sign } from './sign.ts';

export interface FloodScale {
  readonly honest: number;
  readonly seconds: number;
  /** of each flood */
  readonly rounds: number;
}

/** One flood beside its own quiet rounds, in turn. */
export interface FloodFigures {
  readonly title: string;
  readonly quiet: readonly Delivered[];
  readonly flooded: readonly Delivered[];
  readonly actsPerSecond: number;
}

const QUERY = 'subscription ($s: [Symbol!]!) { streamData(symbols: $s) { symbol price volume sequence } }';
const PER_SECOND = 20;

/** What an honest subscriber notices of floods by one user or a few sockets. */
export async function underFloods(
  { honest, seconds, rounds }: FloodScale,
  tell: (what: string) => void,
): Promise<FloodFigures[]> {
  await using parts = new Parts();
  const server = parts.use(await startServer('tickroom', [], { TRUST_PROXY: '1' }));
  const pool = parts.use(new ClientPool(1));
  await pool.open(server.port, honest);
  await pool.subscribe(QUERY, [{ s: ['AAPL'] }]);
  const publisher = parts.use(await Publisher.open(server));
  const attackers = parts.use(new Attackers());
  const token = await sign(server.secret, 'flooder', ['PUBLISHER']);
  const run = { server, pool, publisher, receivers: honest, seconds, symbolOf: () => 'AAPL' };
  await atRate(run, PER_SECOND);
  const figures: FloodFigures[] = [];
  for (const flood of FLOODS) {
    const quiet: Delivered[] = [];
    const flooded: Delivered[] = [];
    let acts = 0;
    let elapsed = 0;
    for (let round = 1; round <= rounds; round += 1) {
      tell(`${flood.title}: quiet, round ${round}`);
      quiet.push(await atRate(run, PER_SECOND));
      tell(`${flood.title}: flooded, round ${round}`);
      const startedAt = performance.now();
      attackers.flood(server.port, flood, token);
      flooded.push(await atRate(run, PER_SECOND));
      acts += await attackers.rest();
      elapsed += (performance.now() - startedAt) / 1000;
    }
    figures.push({ title: flood.title, quiet, flooded, actsPerSecond: acts / elapsed });
  }
  return figures;
}
