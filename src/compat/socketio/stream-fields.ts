import type { BusEvent } from '../../bus/bus.ts';
import { quoted, TickroomError } from '../../errors.ts';
import type { JoinRequest } from '../../fanout/hub.ts';
import { eventProjection } from '../../fanout/payload/event-projection.ts';
import type { DecimalText } from '../../market/events/market-event.ts';
import type { QuoteState } from '../../market/events/market-state.ts';

const number = (text: DecimalText | null): number | null => (text === null ? null : Number(text));

/** The time of a quote, in epoch ms. */
const timeOf = ({ exchangeTime, receivedAt }: QuoteState): number => exchangeTime ?? receivedAt;

/** What an old client may select, under the old names; numbers where the old server had numbers, times in ms. */
const FIELDS: Readonly<Record<string, (event: BusEvent<QuoteState>) => unknown>> = {
  price: ({ payload }) => number(payload.price),
  volume: ({ payload }) => number(payload.volume),
  timestamp: ({ payload }) => timeOf(payload),
  open: ({ payload }) => number(payload.open),
  high: ({ payload }) => number(payload.high),
  low: ({ payload }) => number(payload.low),
  previous_close: ({ payload }) => number(payload.previousClose),
  change: ({ payload }) => number(payload.change),
  change_percent: ({ payload }) => number(payload.changePercent),
  turnover: ({ payload }) => number(payload.turnover),
  amount: ({ payload }) => number(payload.turnover),
  bid: ({ payload }) => number(payload.bid),
  ask: ({ payload }) => number(payload.ask),
  stale: ({ payload }) => payload.stale,
  sequence: ({ sequence }) => sequence,
};

/**
 * The fields that a client selects, in one order whatever the client's; none selected: all.
 * @throws TickroomError INVALID_INPUT
 */
export function readFields(fields: unknown): readonly string[] {
  const all = Object.keys(FIELDS);
  if (fields === undefined || fields === null || (Array.isArray(fields) && fields.length === 0)) return all;
  if (!Array.isArray(fields)) throw new TickroomError('INVALID_INPUT', 'fields must be a list of names.');
  for (const name of fields) {
    if (typeof name === 'string' && Object.hasOwn(FIELDS, name)) continue;
    throw new TickroomError(
      'INVALID_INPUT',
      `${quoted(name)} is no field of a market stream: select among ${all.join(', ')}.`,
    );
  }
  return all.filter((name) => fields.includes(name));
}

/** All who select the same fields are one group, whatever symbols they watch. */
export function streamGroup(fields: readonly string[]): Pick<JoinRequest, 'key' | 'rules'> {
  const readers = fields.map((name) => [name, FIELDS[name]] as const);
  return {
    key: `compat:socketio:${fields.join(',')}`,
    rules: {
      policy: 'LATEST',
      onlyChanges: true,
      minIntervalMs: 0,
      project: () => eventProjection,
      open: () => ({
        execute(payload) {
          const event = payload as BusEvent<QuoteState>;
          const data = Object.fromEntries(readers.map(([name, read]) => [name, read?.(event)]));
          return { data, timestamp: timeOf(event.payload) };
        },
        close() {},
      }),
    },
  };
}
