import { Fragment, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import type { Viewer } from '../shell/use-viewer.ts';
import { type Language, language } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { day, isSameDay } from '../ui/format.ts';
import { Message, PendingMessage } from './message.tsx';
import type { RoomFeed } from './room-feed.ts';
import type { RoomState } from './room-state.ts';

/** So near to the end one is reading what comes. */
const NEAR_PX = 60;

interface MessageListProps {
  readonly feed: RoomFeed;
  readonly state: RoomState;
  readonly viewer: Viewer;
  /** the sequence of the first message that is new to the viewer */
  readonly newFrom: number | undefined;
}

/** What was said. It stays at the end while one reads there, and stays put while one reads further up. */
export function MessageList({ feed, state, viewer, newFrom }: MessageListProps) {
  const texts = useTexts();
  const inLanguage = useStore(language);
  const { room, messages, pending, hasEarlier } = state;
  const { list, isAtEnd, toEnd } = useStickToEnd(messages[0]?.sequence, messages.length + pending.length);
  return (
    <div className="messages">
      <div
        className="scroller"
        ref={list}
        role="log"
        aria-label={texts.rooms.messages(room?.name ?? '')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {hasEarlier ? (
          <button type="button" className="link-button earlier" onClick={() => void feed.loadEarlier()}>
            {texts.rooms.older}
          </button>
        ) : (
          room && <p className="muted earlier">{texts.rooms.beginning}</p>
        )}
        <ol>
          {messages.map((message, i) => (
            <Fragment key={message.sequence}>
              <DayBegins before={messages[i - 1]} message={message} inLanguage={inLanguage} />
              {message.sequence === newFrom && <li className="divider is-new">{texts.rooms.newFromHere}</li>}
              <Message
                message={message}
                isContinued={message.sequence !== newFrom && isContinued(messages[i - 1], message)}
                viewer={viewer}
                role={room?.viewerRole}
                feed={feed}
                inLanguage={inLanguage}
              />
            </Fragment>
          ))}
          {pending.map((one) => (
            <PendingMessage key={one.clientId} pending={one} feed={feed} />
          ))}
        </ol>
      </div>
      {!isAtEnd && (
        <button type="button" className="button to-end" onClick={toEnd}>
          ↓ {texts.rooms.missed}
        </button>
      )}
    </div>
  );
}

const CONTINUED_MS = 5 * 60_000;
type Said = RoomState['messages'][number];

const isContinued = (before: Said | undefined, message: Said): boolean =>
  before?.sender.id === message.sender.id &&
  before.type === message.type &&
  isSameDay(before.createdAt, message.createdAt) &&
  Date.parse(message.createdAt) - Date.parse(before.createdAt) < CONTINUED_MS;

interface DayBeginsProps {
  readonly before: Said | undefined;
  readonly message: Said;
  readonly inLanguage: Language;
}

/** Messages have the time of day; of which day, stands above the first one. */
function DayBegins({ before, message: { createdAt }, inLanguage }: DayBeginsProps) {
  const texts = useTexts();
  if (before && isSameDay(before.createdAt, createdAt)) return null;
  return (
    <li className="divider day muted">
      <time dateTime={createdAt.slice(0, 10)}>
        {isSameDay(createdAt, Date.now()) ? texts.rooms.today : day(createdAt, inLanguage)}
      </time>
    </li>
  );
}

function useStickToEnd(first: number | undefined, count: number) {
  const list = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const before = useRef({ first, height: 0 });
  const [isAtEnd, setAtEnd] = useState(true);
  const toEnd = useCallback((): void => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, []);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = (): void => {
      sticks.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      if (sticks.current) setAtEnd(true);
    };
    element.addEventListener('scroll', measure, { passive: true });
    // a composer that grows, or a phone's keyboard, must not hide the end
    const resizes = new ResizeObserver(() => sticks.current && toEnd());
    resizes.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      resizes.disconnect();
    };
  }, [toEnd]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of these is what moves the list
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const known = before.current;
    if (known.first !== undefined && first !== undefined && first < known.first) {
      element.scrollTop += element.scrollHeight - known.height;
    } else if (sticks.current) element.scrollTop = element.scrollHeight;
    else setAtEnd(false);
    before.current = { first, height: element.scrollHeight };
  }, [first, count]);
  return { list, isAtEnd, toEnd };
}
