import { ClientPool } from './client-pool.ts';
import { Parts } from './parts.ts';
import { percentile } from './percentiles.ts';
import { type ServerName, startServer } from './server-process.ts';

export interface SignIns {
  /** a second, at a server that has just started and runs this code for the first time */
  readonly first: number;
  /** a second, at one that has served for a while: the median of some rounds */
  readonly warm: number;
  /** Connections a second that a bare `ws` server takes, warm, without tokens and the rest. */
  readonly bareWs: number;
}

/** The first is to a server whose code has not run yet. */
const ROUNDS = 6;

/** What a server needs to be rid of those who left. */
const LEFT_MS = 1000;

/** Clients that connect and show a token, a different one each, until all are let in. */
export async function signIns(clients: number, onStep: (what: string) => void): Promise<SignIns> {
  const [first = Number.NaN, ...warm] = await rounds('tickroom', clients, onStep);
  const [, ...bareWs] = await rounds('ws', clients, onStep);
  return { first, warm: percentile(warm, 0.5), bareWs: percentile(bareWs, 0.5) };
}

async function rounds(name: ServerName, clients: number, onStep: (what: string) => void): Promise<number[]> {
  await using parts = new Parts();
  const server = parts.use(await startServer(name));
  const pool = parts.use(new ClientPool(1));
  const perSecond: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    onStep(`${name}: ${clients} clients sign in, round ${round} of ${ROUNDS}`);
    const users = { prefix: `user-${round}-`, secret: server.secret };
    await pool.sign(clients, users);
    const startedAt = performance.now();
    await pool.open(server.port, clients, users);
    perSecond.push(clients / ((performance.now() - startedAt) / 1000));
    await pool.drop();
    await new Promise((resolve) => setTimeout(resolve, LEFT_MS));
  }
  return perSecond;
}
