import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { averageOf } from '../session/meter.ts';
import type { Traffic } from '../session/metered-web-socket.ts';
import { useSession } from '../session/use-session.ts';
import { useStore } from '../state/store.ts';
import { bytesText } from '../ui/format.ts';
import { Sparkline } from '../ui/sparkline.tsx';
import { type Column, selectionText } from './columns.ts';

const AVERAGED_SECONDS = 5;
/** The second of the change belongs to neither side, and snapshots of all symbols come in the next. */
const SETTLING_SECONDS = 2;

/** What the chosen columns cost, now and before the last choice. */
export function Bandwidth({ columns }: { readonly columns: readonly Column[] }) {
  const texts = useTexts();
  const seconds = useStore(useSession().meter.seconds);
  const selection = selectionText(columns);
  const { before, isSettled } = useBefore(selection, seconds);
  const now = averageOf(isSettled.slice(-AVERAGED_SECONDS), AVERAGED_SECONDS);
  return (
    <div className="bandwidth">
      <p className="rates">
        <span className="sr-only">{texts.meter.label}: </span>
        <strong className="num" data-testid="bytes-per-second">
          {bytesText(now.bytes)}
        </strong>
        <span className="num">
          {now.messages.toFixed(0)} {texts.meter.messages}
        </span>
        {before && (
          <span className="num muted" data-testid="bytes-before">
            {texts.meter.before(bytesText(before.bytes))} <Saving before={before} now={now} />
          </span>
        )}
        <Sparkline values={seconds.map(({ bytes }) => bytes)} label={texts.meter.label} className="quiet" />
      </p>
      <p className="selection" title={texts.meter.explain}>
        <span className="sr-only">{texts.meter.selection}: </span>
        <code>
          streamData(symbols: $symbols) {'{ '}
          {selection}
          {' }'}
        </code>
      </p>
    </div>
  );
}

function Saving({ before, now }: { readonly before: Traffic; readonly now: Traffic }) {
  if (before.bytes === 0 || now.bytes === 0) return null;
  const percent = Math.round((now.bytes / before.bytes - 1) * 100);
  return <span>({percent > 0 ? `+${percent}` : `−${-percent}`}%)</span>;
}

/** Remembers the rate at the last change of the selection, and gives the seconds that belong to the new one. */
function useBefore(selection: string, seconds: readonly Traffic[]) {
  const [before, setBefore] = useState<Traffic>();
  const [since, setSince] = useState(0);
  const known = useRef(selection);
  const ticks = useRef(0);
  useEffect(() => {
    if (seconds.length > 0) ticks.current += 1;
    if (known.current === selection) return;
    known.current = selection;
    setBefore(averageOf(seconds, AVERAGED_SECONDS));
    setSince(ticks.current + SETTLING_SECONDS);
  }, [selection, seconds]);
  const fresh = Math.max(0, ticks.current - since);
  return {
    before,
    isSettled: since === 0 ? seconds : fresh === 0 ? seconds.slice(-1) : seconds.slice(-fresh),
  };
}
