import { BoundedMap } from '../primitives/bounded-map.ts';
import type { Logger } from './logger.ts';

/** Who did something, and from where. */
export interface Actor {
  /** undefined: anonymous */
  readonly userId: string | undefined;
  readonly address: string | undefined;
  readonly connectionId: string | undefined;
}

export interface Act {
  /** such as `kickFromRoom` or `connect` */
  readonly what: string;
  /** whom or what it is about, by id */
  readonly target?: string | undefined;
}

export interface AuditOptions {
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Refusals of one source that are logged in a minute; of more only the count is. @default 20 */
  readonly perMinute?: number;
}

/** What needs to be known of who did what: neither tokens nor what people write are ever part of it. */
export interface Audit {
  /** An administrative act was done. */
  done(actor: Actor, act: Act): void;
  /** @param outcome an error code, or ORIGIN_REFUSED */
  refused(actor: Actor, act: Act, outcome: string): void;
}

interface Source {
  since: number;
  logged: number;
  suppressed: number;
}

const MINUTE_MS = 60_000;
const PER_MINUTE = 20;
const MAX_SOURCES = 10_000;
/** A client chooses it. */
const MAX_TARGET = 200;

/**
 * One log line for each act. Somebody who is refused again and again does not flood the log: what was left out is told
 * as `suppressed` with the next line of the same source.
 */
export function createAudit({ log, perMinute = PER_MINUTE }: AuditOptions): Audit {
  /** oldest first */
  const sources = new BoundedMap<string, Source>(MAX_SOURCES);

  const sourceOf = (key: string, now: number): Source => {
    const known = sources.get(key);
    if (known && now - known.since < MINUTE_MS) return known;
    const source = { since: now, logged: 0, suppressed: known?.suppressed ?? 0 };
    sources.set(key, source);
    return source;
  };

  return {
    done: (actor, act) => log.info(lineOf('done', actor, act, 'DONE'), 'administrative act'),
    refused: (actor, act, outcome) => {
      const source = sourceOf(actor.userId ?? actor.address ?? '', performance.now());
      if (source.logged >= perMinute) {
        source.suppressed += 1;
        return;
      }
      source.logged += 1;
      const { suppressed } = source;
      source.suppressed = 0;
      const line = lineOf('refused', actor, act, outcome);
      log.warn(suppressed > 0 ? { ...line, suppressed } : line, 'refused');
    },
  };
}

const lineOf = (
  audit: 'done' | 'refused',
  { userId, address, connectionId }: Actor,
  { what, target }: Act,
  outcome: string,
) => ({
  audit,
  who: userId ?? null,
  what,
  target: target?.slice(0, MAX_TARGET),
  outcome,
  address,
  connection: connectionId,
});
