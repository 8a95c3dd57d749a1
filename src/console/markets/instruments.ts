import { useEffect, useState } from 'react';
import type { InstrumentsQuery } from '../gql/graphql.ts';
import { useSession } from '../session/use-session.ts';
import { createStore, useStore } from '../state/store.ts';
import { Instruments } from './documents.ts';

export type FoundInstrument = InstrumentsQuery['instruments']['edges'][number]['node'];

const MOST = 100;
const names = createStore<ReadonlyMap<string, string>>(new Map());

function remember(found: readonly FoundInstrument[]): void {
  const more = found.filter(({ symbol, name }) => names.get().get(symbol) !== name);
  if (more.length > 0)
    names.set(new Map([...names.get(), ...more.map(({ symbol, name }) => [symbol, name] as const)]));
}

/** Names by symbol, as far as the server told them. */
export function useNames(): ReadonlyMap<string, string> {
  const { client } = useSession();
  useEffect(() => {
    void client
      .query(Instruments, { search: null, first: MOST })
      .toPromise()
      .then(({ data }) => remember(data?.instruments.edges.map(({ node }) => node) ?? []));
  }, [client]);
  return useStore(names);
}

/** What a search finds; undefined while it is under way. */
export function useInstrumentSearch(search: string, first: number): readonly FoundInstrument[] | undefined {
  const { client } = useSession();
  const [found, setFound] = useState<readonly FoundInstrument[]>();
  useEffect(() => {
    let current = true;
    setFound(undefined);
    void client
      .query(Instruments, { search: search || null, first })
      .toPromise()
      .then(({ data }) => {
        if (!current) return;
        const nodes = data?.instruments.edges.map(({ node }) => node) ?? [];
        remember(nodes);
        setFound(nodes);
      });
    return () => {
      current = false;
    };
  }, [client, search, first]);
  return found;
}
