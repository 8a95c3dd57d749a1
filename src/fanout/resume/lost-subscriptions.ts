import { Gathered } from '../../primitives/gathered.ts';
import { positionsIn } from '../positions/positions.ts';
import type { ClientOperation } from './client-operation.ts';
import type { LostCandidate, LostQuery, ProgressStore } from './progress-store.ts';
import type { ProgressWriter } from './progress-writer.ts';
import type { Found } from './tracked.ts';

/** A client that identifies itself by nothing must be back so soon. */
export const LOST_WITHIN_MS = 120_000;
/** Whether a process is alive that wrote a subscription is seen by its next sign of life. */
const LOOK_AGAIN_MS = 300;
const MAX_LOOKS = 12;

const UNKNOWN: Found = { kind: 'LOST', reason: 'SESSION_UNKNOWN' };

type Taking = Parameters<ProgressStore['take']>[0][number];

export interface LostSubscriptionsOptions {
  readonly store: ProgressStore;
  readonly writer: Pick<ProgressWriter, 'flush'>;
  /** of this process */
  readonly session: string;
}

/**
 * Finds subscriptions of clients that only count their operations: by what was subscribed to, among those that were lost
 * a short while ago.
 */
export class LostSubscriptions {
  readonly #finding: Gathered<LostQuery, readonly LostCandidate[]>;
  readonly #taking: Gathered<Taking, boolean>;
  /** beginning of what this process writes */
  readonly #own: string;
  #isUsed = false;

  constructor({ store, writer, session }: LostSubscriptionsOptions) {
    this.#own = `${session}/`;
    this.#finding = new Gathered(async (queries) => {
      // those of this process may not be written yet
      await writer.flush();
      return store.findLost(queries, LOST_WITHIN_MS);
    });
    this.#taking = new Gathered((refs) => store.take(refs));
  }

  /** There are such subscriptions here, so others must see that this process is alive. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  begun(): void {
    this.#isUsed = true;
  }

  /** @throws TickroomError SERVICE_UNAVAILABLE */
  async find({ userId, operationId, connection }: ClientOperation, identity: string): Promise<Found> {
    const query = { userId, matchId: operationId, identity };
    const lost = await this.#lost(query);
    const [match, ...others] = lost.filter(({ token }) => token === null || token === connection.token);
    if (!match) return lost.length === 0 ? { kind: 'FIRST' } : UNKNOWN;
    if (others.length > 0) return UNKNOWN;
    const { key, writer, positions } = match;
    const isTaken = await this.#taking.ask({ userId, key, writer });
    return isTaken ? { kind: 'RESUME', positions: positionsIn(positions), isLost: true } : UNKNOWN;
  }

  /** Candidates whose connection or process is gone. Of those that may be alive, a sign of life is awaited. */
  async #lost(query: LostQuery): Promise<readonly LostCandidate[]> {
    const first = new Map<string, string | null>();
    for (let looks = 0; ; looks += 1) {
      const candidates = await this.#finding.ask(query);
      const isUnsure = candidates.some(({ isLost, isSilent, writer, beat }) => {
        if (!first.has(writer)) first.set(writer, beat);
        return !isLost && !isSilent && !writer.startsWith(this.#own) && first.get(writer) === beat;
      });
      if (!isUnsure || looks === MAX_LOOKS) {
        return candidates.filter(
          ({ isLost, isSilent, writer }) => isLost || (isSilent && !writer.startsWith(this.#own)),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}
