import { gql, type TypedDocumentNode } from '@apollo/client';
import { useSubscription } from '@apollo/client/react';
import { useState } from 'react';

interface Notice {
  readonly id: string;
  readonly kind: 'GAP' | 'RESUME';
  readonly topic: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string | null;
  readonly recovered: boolean | null;
  readonly replayed: number | null;
}

const NOTICES: TypedDocumentNode<{ notices: Notice }, Record<string, never>> = gql`
  subscription { notices { id kind topic from to reason recovered replayed } }
`;

const textOf = ({ kind, topic, from, to, reason, recovered, replayed }: Notice): string => {
  if (kind === 'GAP') return `${topic}: events ${from}–${to} are missing (${reason}).`;
  return recovered === false
    ? `Reconnected: events are missing (${reason}).`
    : `Reconnected: ${replayed ?? 0} events replayed.`;
};

/**
 * Lost events and resumptions of all subscriptions of this connection. useSubscription does not show `extensions`, so they
 * are read from `notices`, which carries the same.
 */
export function Notices() {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const { error } = useSubscription(NOTICES, {
    ignoreResults: true,
    fetchPolicy: 'no-cache',
    onData: ({ data: { data } }) => {
      const notice = data?.notices;
      if (!notice) return;
      setNotices((before) => (before.some(({ id }) => id === notice.id) ? before : [...before, notice]));
    },
  });
  if (error) return <p role="alert">{error.message}</p>;
  return notices.map((notice) => (
    <p role="status" key={notice.id}>
      {textOf(notice)}
    </p>
  ));
}
