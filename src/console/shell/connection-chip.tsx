import { useEffect, useState } from 'react';
import type { Texts } from '../i18n/en.ts';
import { useTexts } from '../i18n/texts.ts';
import type { Connection } from '../session/connection.ts';
import { useSession } from '../session/use-session.ts';
import { useStore } from '../state/store.ts';

const TICK_MS = 250;

/** How the connection is: never "live" when it is not. */
export function ConnectionChip() {
  const texts = useTexts();
  const session = useSession();
  const connection = useStore(session.connection);
  const secondsLeft = useSecondsLeft(connection);
  return (
    <div className={`connection is-${connection.kind} ${hasResumed(connection) ? 'has-resumed' : ''}`}>
      <span className="dot" aria-hidden="true" />
      <span role="status" aria-label={texts.connection.label} data-testid="connection">
        {describe(connection, secondsLeft, texts.connection)}
      </span>
      {connection.kind === 'reconnecting' && (
        <button type="button" className="link-button" onClick={session.retryNow}>
          {texts.connection.retryNow}
        </button>
      )}
    </div>
  );
}

const hasResumed = (connection: Connection): boolean =>
  connection.kind === 'connected' && connection.resume !== undefined;

function describe(connection: Connection, secondsLeft: number, texts: Texts['connection']): string {
  switch (connection.kind) {
    case 'connecting':
      return texts.connecting;
    case 'reconnecting':
      return texts.reconnectingIn(secondsLeft);
    case 'refused':
      return texts.refused;
    case 'connected':
      if (!connection.resume) return texts.connected;
      return connection.resume.recovered ? texts.resumed(connection.resume.replayed) : texts.notRecovered;
  }
}

function useSecondsLeft(connection: Connection): number {
  const [now, setNow] = useState(Date.now);
  const isWaiting = connection.kind === 'reconnecting';
  useEffect(() => {
    if (!isWaiting) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isWaiting]);
  return isWaiting ? Math.max(0, Math.ceil((connection.retryAt - now) / 1000)) : 0;
}
