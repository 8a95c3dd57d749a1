import { useTexts } from '../i18n/texts.ts';
import type { Language } from '../state/preferences.ts';
import { clock, compact } from '../ui/format.ts';
import { TablePanel } from './table-panel.tsx';
import type { Stats } from './use-figures.ts';

interface FeedTableProps {
  readonly feeds: Stats['feeds'];
  readonly inLanguage: Language;
}

/** How the sources of market data are. */
export function FeedTable({ feeds, inLanguage }: FeedTableProps) {
  const texts = useTexts();
  const { feed, state, rate, events, lastEvent } = texts.operations;
  return (
    <TablePanel
      title={texts.operations.feeds}
      labels={[feed, state, rate, events, lastEvent]}
      empty={feeds.length === 0 ? texts.operations.noFeeds : undefined}
    >
      {feeds.map((one) => (
        <tr key={one.name}>
          <th scope="row">{one.name}</th>
          <td>
            <span className={`feed-state is-${one.state.toLowerCase()}`}>
              {texts.operations.states[one.state] ?? one.state}
            </span>
            {one.lastError && <small className="muted"> {one.lastError}</small>}
          </td>
          <td>{compact(Math.round(one.eventsPerSecond), inLanguage)}</td>
          <td>{compact(one.events, inLanguage)}</td>
          <td>{clock(one.lastEventAt, inLanguage)}</td>
        </tr>
      ))}
    </TablePanel>
  );
}
