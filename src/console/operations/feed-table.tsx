import { useTexts } from '../i18n/texts.ts';
import type { Language } from '../state/preferences.ts';
import { clock, compact } from '../ui/format.ts';
import type { Stats } from './use-figures.ts';

interface FeedTableProps {
  readonly feeds: Stats['feeds'];
  readonly inLanguage: Language;
}

/** How the sources of market data are. */
export function FeedTable({ feeds, inLanguage }: FeedTableProps) {
  const texts = useTexts();
  return (
    <section className="panel feeds" aria-label={texts.operations.feeds}>
      <header className="panel-head">
        <h2>{texts.operations.feeds}</h2>
      </header>
      {feeds.length === 0 ? (
        <p className="foot muted">{texts.operations.noFeeds}</p>
      ) : (
        <section
          className="scroller-x"
          aria-label={texts.operations.feeds}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
        >
          <table className="live-data">
            <thead>
              <tr>
                <th scope="col">{texts.operations.feed}</th>
                <th scope="col">{texts.operations.state}</th>
                <th scope="col">{texts.operations.rate}</th>
                <th scope="col">{texts.operations.events}</th>
                <th scope="col">{texts.operations.lastEvent}</th>
              </tr>
            </thead>
            <tbody>
              {feeds.map((feed) => (
                <tr key={feed.name}>
                  <th scope="row">{feed.name}</th>
                  <td>
                    <span className={`feed-state is-${feed.state.toLowerCase()}`}>
                      {texts.operations.states[feed.state] ?? feed.state}
                    </span>
                    {feed.lastError && <small className="muted"> {feed.lastError}</small>}
                  </td>
                  <td>{compact(Math.round(feed.eventsPerSecond), inLanguage)}</td>
                  <td>{compact(feed.events, inLanguage)}</td>
                  <td>{clock(feed.lastEventAt, inLanguage)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}
