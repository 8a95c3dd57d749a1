import type { ReactNode } from 'react';
import { TableHead } from '../ui/table-head.tsx';

interface TablePanelProps {
  readonly title: string;
  readonly count?: number;
  readonly labels: readonly string[];
  /** what is said when there are no rows */
  readonly empty?: string | undefined;
  readonly children: ReactNode;
}

/** A table that scrolls sideways where it does not fit. */
export function TablePanel({ title, count, labels, empty, children }: TablePanelProps) {
  return (
    <section className="panel feeds" aria-label={title}>
      <header className="panel-head">
        <h2>
          {title} {count !== undefined && <span className="count">{count}</span>}
        </h2>
      </header>
      {empty ? (
        <p className="foot muted">{empty}</p>
      ) : (
        <section
          className="scroller-x"
          aria-label={title}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
        >
          <table className="live-data">
            <TableHead labels={labels} />
            <tbody>{children}</tbody>
          </table>
        </section>
      )}
    </section>
  );
}
