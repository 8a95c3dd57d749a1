import { useEffect, useMemo } from 'react';
import type { CandlesQuery } from '../gql/graphql.ts';
import type { Session } from '../session/session.ts';
import { useSession } from '../session/use-session.ts';
import { oneOf, savedStore } from '../state/saved.ts';
import { useStore } from '../state/store.ts';
import { type Candle, CHART_TIMEFRAMES, type ChartTimeframe } from './candle-book.ts';
import { CandleFollower, type ReadCandles } from './candle-follower.ts';
import { Candles } from './documents.ts';

export const chartTimeframe = savedStore<ChartTimeframe>('timeframe', 'MINUTE_1', oneOf(...CHART_TIMEFRAMES));

/** Several widths of a chart; an hour costs the server as much as its sixty minutes. */
const PAGE = 200;

/** The candles of a symbol; who uses it tells it of each trade. */
export function useCandles(symbol: string): CandleFollower {
  const session = useSession();
  return useMemo(() => new CandleFollower(reading(session, symbol)), [session, symbol]);
}

/** Has candles read while the page is open. To be used after trades are subscribed to: what comes first is not missed. */
export function useReading(candles: CandleFollower): void {
  const { connection } = useSession();
  const timeframe = useStore(chartTimeframe);
  const isConnected = useStore(connection).kind === 'connected';
  useEffect(() => {
    if (isConnected) candles.connected();
  }, [candles, isConnected]);
  useEffect(() => {
    candles.choose(timeframe);
    return () => candles.stop();
  }, [candles, timeframe]);
}

const reading =
  ({ client }: Session, symbol: string): ReadCandles =>
  async (timeframe, after) => {
    const { data, error } = await client
      .query(Candles, { symbol, timeframe, first: PAGE, after })
      .toPromise();
    if (!data) throw error ?? new Error('Nothing was answered.');
    const { edges, pageInfo, lastTrade } = data.candles;
    return {
      candles: edges.map(({ node }) => candleOf(node)).toReversed(),
      lastSequence: lastTrade?.sequence ?? 0,
      older: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
    };
  };

type CandleNode = CandlesQuery['candles']['edges'][number]['node'];

function candleOf({ open, high, low, close, ...rest }: CandleNode): Candle {
  return {
    ...{ open, high, low, close },
    start: Date.parse(rest.periodStart),
    end: Date.parse(rest.periodEnd),
    volume: Number(rest.volume),
    firstAt: Date.parse(rest.firstTradeAt),
    lastAt: Date.parse(rest.lastTradeAt),
  };
}
