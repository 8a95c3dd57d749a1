import { useEffect, useState } from 'react';
import type { FlowHistoryQuery } from '../gql/graphql.ts';
import { useSession } from '../session/use-session.ts';
import { FlowHistory } from './documents.ts';

/** The main net inflow of the day up to a moment. */
export interface FlowPoint {
  readonly at: number;
  readonly total: number;
}

const REFRESH_MS = 60_000;

/** The day's curve: history by periods, summed up, and the live figure as its end. */
export function useFlowDay(symbol: string, newest: string | undefined): readonly FlowPoint[] {
  const { client } = useSession();
  const [past, setPast] = useState<readonly FlowPoint[]>([]);
  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      const { data } = await client.query(FlowHistory, { symbol }).toPromise();
      if (current && data) setPast(sumUp(data));
    };
    void load();
    const timer = setInterval(() => void load(), REFRESH_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [client, symbol]);
  return newest === undefined ? past : [...past, { at: Date.now(), total: Number(newest) }];
}

function sumUp({ day, minutes, quarters }: FlowHistoryQuery): FlowPoint[] {
  const { edges } = minutes.pageInfo.hasNextPage ? quarters : minutes;
  const begun = Date.parse(day.periodStart);
  let total = 0;
  return edges
    .map(({ node }) => ({ at: Date.parse(node.periodStart), net: Number(node.main.netInflow) }))
    .filter(({ at }) => at >= begun)
    .sort((one, other) => one.at - other.at)
    .map(({ at, net }, i) => {
      // a period's money is there at its end; the curve begins at zero
      const before = total;
      total += net;
      return { at, total: i === 0 ? 0 : before };
    });
}
