import { useTexts } from '../i18n/texts.ts';
import type { Language } from '../state/preferences.ts';
import { clock, compact } from '../ui/format.ts';
import type { Stats } from './use-figures.ts';

interface InstanceTableProps {
  readonly instances: Stats['instances'];
  readonly inLanguage: Language;
}

/** Which processes the server consists of, and what each one carries. */
export function InstanceTable({ instances, inLanguage }: InstanceTableProps) {
  const texts = useTexts();
  return (
    <section className="panel feeds" aria-label={texts.operations.instances}>
      <header className="panel-head">
        <h2>
          {texts.operations.instances} <span className="count">{instances.length}</span>
        </h2>
      </header>
      <section
        className="scroller-x"
        aria-label={texts.operations.instances}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <table className="live-data">
          <thead>
            <tr>
              <th scope="col">{texts.operations.instance}</th>
              <th scope="col">{texts.operations.connections}</th>
              <th scope="col">{texts.operations.subscribers}</th>
              <th scope="col">{texts.operations.sent}</th>
              <th scope="col">{texts.operations.memory}</th>
              <th scope="col">{texts.operations.upSince}</th>
            </tr>
          </thead>
          <tbody>
            {instances.map(({ instance, connections, streaming, memoryBytes, startedAt, keepsMarket }) => (
              <tr key={instance}>
                <th scope="row">
                  <code title={instance}>{instance.slice(0, 8)}</code>{' '}
                  {keepsMarket && <span className="badge">{texts.operations.keepsMarket}</span>}
                </th>
                <td>{compact(connections.total, inLanguage)}</td>
                <td>{compact(streaming.subscribers, inLanguage)}</td>
                <td>{compact(streaming.messagesSent, inLanguage)}</td>
                <td>{Math.round(memoryBytes / 1_048_576)} MB</td>
                <td>{clock(startedAt, inLanguage)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
