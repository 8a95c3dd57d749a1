import { useTexts } from '../i18n/texts.ts';
import type { Language } from '../state/preferences.ts';
import { clock, compact } from '../ui/format.ts';
import { TablePanel } from './table-panel.tsx';
import type { Stats } from './use-figures.ts';

interface InstanceTableProps {
  readonly instances: Stats['instances'];
  readonly inLanguage: Language;
}

/** Which processes the server consists of, and what each one carries. */
export function InstanceTable({ instances, inLanguage }: InstanceTableProps) {
  const texts = useTexts();
  const { instance: name, connections: sockets, subscribers, sent, memory, upSince } = texts.operations;
  return (
    <TablePanel
      title={texts.operations.instances}
      count={instances.length}
      labels={[name, sockets, subscribers, sent, memory, upSince]}
    >
      {instances.map(({ instance, connections, streaming, memoryBytes, startedAt, isMarketLeader }) => (
        <tr key={instance}>
          <th scope="row">
            <code title={instance}>{instance.slice(0, 8)}</code>{' '}
            {isMarketLeader && <span className="badge">{texts.operations.isMarketLeader}</span>}
          </th>
          <td>{compact(connections.total, inLanguage)}</td>
          <td>{compact(streaming.subscribers, inLanguage)}</td>
          <td>{compact(streaming.messagesSent, inLanguage)}</td>
          <td>{Math.round(memoryBytes / 1_048_576)} MB</td>
          <td>{clock(startedAt, inLanguage)}</td>
        </tr>
      ))}
    </TablePanel>
  );
}
