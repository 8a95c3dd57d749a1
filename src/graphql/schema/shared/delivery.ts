import { TickroomError } from '../../../errors.ts';
import { eventProjection } from '../../../fanout/payload/event-projection.ts';
import { builder } from '../../builder/builder.ts';
import type { CursorValue } from '../../context/cursor.ts';
import type { LivePlan } from '../../live/live-field.ts';

const DeliveryMode = builder.enumType('DeliveryMode', {
  description: 'What happens when events come faster than they can be delivered.',
  values: {
    LATEST: { description: 'The newest per symbol; older ones may be skipped, which sequence numbers show.' },
    EVERY: {
      description:
        'Each event, in order, from a bounded queue. What is lost, by a slow reader or in an outage, is told in `extensions.gap { from to topic reason }`.',
    },
  } as const,
});

const MAX_PER_SECOND = 1000;

export const DeliveryInput = builder.inputType('DeliveryInput', {
  description: 'How events are delivered to this subscriber.',
  fields: (t) => ({
    mode: t.field({ type: DeliveryMode, description: 'Default: LATEST for states, EVERY for trades.' }),
    maxPerSecond: t.float({
      description: `At most so many per symbol and second, the newest each time (above 0, up to ${MAX_PER_SECOND}; only with LATEST). Skipped events cost nothing.`,
    }),
    onlyChanges: t.boolean({
      description:
        'Skip an event that changes nothing you selected. Default: true under LATEST, false under EVERY.',
    }),
  }),
});

type Delivery = typeof DeliveryInput.$inferInput;

/** Arguments of what is subscribed to by symbol. */
export interface SymbolsArgs {
  symbols: string[];
  delivery?: Delivery | null;
  after?: CursorValue[] | null;
}

/**
 * The delivery rules of a subscription.
 * @throws TickroomError INVALID_INPUT for a rate out of range, or one that EVERY could not keep
 */
export function planDelivery(
  delivery: Delivery | null | undefined,
  byDefault: 'LATEST' | 'EVERY',
): Omit<LivePlan, 'topics'> {
  const policy = delivery?.mode ?? byDefault;
  const rate = delivery?.maxPerSecond ?? undefined;
  if (rate !== undefined && !(rate > 0 && rate <= MAX_PER_SECOND)) {
    throw new TickroomError(
      'INVALID_INPUT',
      `delivery.maxPerSecond must be above 0 and at most ${MAX_PER_SECOND}.`,
    );
  }
  if (rate !== undefined && policy === 'EVERY') {
    throw new TickroomError(
      'INVALID_INPUT',
      'delivery.maxPerSecond skips events, so it needs delivery.mode LATEST.',
    );
  }
  return {
    policy,
    onlyChanges: delivery?.onlyChanges ?? policy === 'LATEST',
    minIntervalMs: rate === undefined ? 0 : 1000 / rate,
    project: () => eventProjection,
  };
}

const MAX_SYMBOLS = 1000;

/** @throws TickroomError INVALID_INPUT for none or too many */
export function distinctSymbols(symbols: readonly string[]): string[] {
  if (symbols.length === 0 || symbols.length > MAX_SYMBOLS) {
    throw new TickroomError('INVALID_INPUT', `symbols must name 1 to ${MAX_SYMBOLS} instruments.`);
  }
  return [...new Set(symbols)];
}
