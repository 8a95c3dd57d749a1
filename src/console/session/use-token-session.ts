import { useEffect, useRef, useState } from 'react';
import { useStore } from '../state/store.ts';
import { openSession, type Session } from './session.ts';
import { savedToken } from './token.ts';

/** The session of the token that is kept. Another token begins a new one, unless the session was renewed by it. */
export function useTokenSession(): Session | undefined {
  const token = useStore(savedToken) || undefined;
  const [session, setSession] = useState<Session>();
  const open = useRef<Session>(undefined);
  useEffect(() => {
    if (open.current && open.current.token.get() === token) return;
    open.current?.dispose();
    open.current = openSession(token);
    setSession(open.current);
  }, [token]);
  useEffect(
    () => () => {
      open.current?.dispose();
      open.current = undefined;
    },
    [],
  );
  return session;
}
