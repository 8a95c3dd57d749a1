import type { SessionStatus } from '../../../market/calendar/exchange-calendar.ts';
import { SESSION_STATES } from '../../../market/calendar/session-rules.ts';
import { isHalted } from '../../../market/instruments/instrument-listing.ts';
import { builder } from '../../builder/builder.ts';
import type { Services } from '../../context/context.ts';

const DESCRIPTIONS: Record<(typeof SESSION_STATES)[number], string> = {
  PRE: 'Before the open: pre-market trading (US), or the pause between opening auction and open.',
  AUCTION: 'Orders are collected for an opening or closing auction.',
  OPEN: 'Continuous trading.',
  LUNCH: 'A pause within the trading day.',
  CLOSED: 'Outside trading hours, on a weekend or a holiday.',
  POST: 'After the close: late trading (US), or trading at the closing price (STAR, ChiNext).',
  HALTED: 'The market trades, but trading of this instrument is halted.',
  UNKNOWN: 'The server has no calendar of this market, or none of this year.',
};

const SessionStateEnum = builder.enumType('SessionState', {
  description: 'What the market of an instrument is doing.',
  values: Object.fromEntries(
    SESSION_STATES.map((state) => [state, { description: DESCRIPTIONS[state] }]),
  ) as Record<(typeof SESSION_STATES)[number], { description: string }>,
});

export const MarketSession = builder
  .objectRef<Pick<SessionStatus, 'state' | 'nextChangeAt'>>('MarketSession')
  .implement({
    description: 'What the market of an instrument is doing, by the calendar of its exchange.',
    fields: (t) => ({
      state: t.expose('state', { type: SessionStateEnum, description: 'Its state when this was answered.' }),
      nextChangeAt: t.expose('nextChangeAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the state changes next; null when it never does, or that is not known.',
      }),
    }),
  });

/** What the market of a symbol is doing now, or that trading of the symbol is halted. */
export function sessionOf(
  { calendars, marketProxy }: Pick<Services, 'calendars' | 'marketProxy'>,
  symbol: string,
) {
  const status = calendars.statusAt(symbol, Date.now());
  const isAfter = status.state === 'CLOSED' || status.state === 'UNKNOWN';
  if (isAfter || !isHalted(marketProxy.instruments.get(symbol))) return status;
  return { state: 'HALTED', nextChangeAt: null } as const;
}
