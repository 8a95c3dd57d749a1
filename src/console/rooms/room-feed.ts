import type { MessageFragment } from '../gql/graphql.ts';
import { listen } from '../session/listen.ts';
import type { Session } from '../session/session.ts';
import { createStore, type Store } from '../state/store.ts';
import { messageOf } from '../ui/error-note.tsx';
import {
  DeleteMessage,
  EarlierMessages,
  EditMessage,
  OpenRoom,
  RoomMessages,
  SendMessage,
} from './documents.ts';
import { EMPTY_ROOM, hasHole, type Pending, type RoomState, withMessages } from './room-state.ts';

const PAGE = 50;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;
/** By then the subscription of an empty room has begun. */
const RECHECK_MS = 2000;

/**
 * One room: its history, what comes, and what is being sent. Closed and opened again it goes on after the last cursor,
 * and over a lost connection graphql-ws does the same: nothing is lost and nothing doubled.
 */
export class RoomFeed {
  readonly state: Store<RoomState> = createStore<RoomState>(EMPTY_ROOM);
  /** what is being written: it is there still after a look at another page */
  readonly draft: Store<string> = createStore('');
  readonly #session: Session;
  readonly #roomId: string;
  #cursor: string | undefined;
  #end: (() => void) | undefined;

  constructor(session: Session, roomId: string) {
    this.#session = session;
    this.#roomId = roomId;
  }

  /** @returns closes it; what is being sent is sent all the same */
  open(): () => void {
    let isOpen = true;
    const stopWatching = this.#session.connection.subscribe(() => {
      // without a cursor to go on from, what was missed is asked for
      if (this.#cursor === undefined && this.#session.connection.get().kind === 'connected')
        void this.#load();
    });
    void this.#load().then(() => isOpen && this.#listen());
    return () => {
      isOpen = false;
      stopWatching();
      this.#end?.();
      this.#end = undefined;
    };
  }

  async loadEarlier(): Promise<void> {
    const before = this.state.get().messages[0]?.cursor;
    if (before === undefined) return;
    const { data } = await this.#session.client
      .query(EarlierMessages, { id: this.#roomId, before, last: PAGE })
      .toPromise();
    const page = data?.room?.messages;
    if (!page) return;
    this.#accept(page.edges.map(({ node }) => node));
    this.#change({ hasEarlier: page.pageInfo.hasPreviousPage });
  }

  /** Shows it at once, and sends it until the server has it. */
  send(content: string): void {
    const pending: Pending = { clientId: crypto.randomUUID(), content, refusal: undefined };
    this.#change({ pending: [...this.state.get().pending, pending] });
    void this.#post(pending, FIRST_RETRY_MS);
  }

  sendAgain(pending: Pending): void {
    const again = { ...pending, refusal: undefined };
    this.#replacePending(pending.clientId, again);
    void this.#post(again, FIRST_RETRY_MS);
  }

  discard({ clientId }: Pending): void {
    this.#replacePending(clientId);
  }

  /** @throws Error with what the server said */
  async edit(id: string, content: string): Promise<void> {
    const { data, error } = await this.#session.client.mutation(EditMessage, { id, content }).toPromise();
    if (error) throw new Error(messageOf(error));
    if (data) this.#accept([data.editRoomMessage]);
  }

  /** @throws Error with what the server said */
  async delete(id: string): Promise<void> {
    const { error } = await this.#session.client.mutation(DeleteMessage, { id }).toPromise();
    if (error) throw new Error(messageOf(error));
  }

  async #load(): Promise<void> {
    const { data, error } = await this.#session.client
      .query(OpenRoom, { id: this.#roomId, last: PAGE })
      .toPromise();
    if (error && !error.networkError) this.#change({ ended: messageOf(error) });
    if (!data?.room) return;
    const { messages, ...room } = data.room;
    const first = this.state.get().messages.length === 0;
    this.#change({
      room,
      ended: undefined,
      ...(first ? { hasEarlier: messages.pageInfo.hasPreviousPage } : {}),
    });
    this.#accept(messages.edges.map(({ node }) => node));
    this.#cursor ??= messages.pageInfo.endCursor ?? undefined;
  }

  #listen(): void {
    if (this.#cursor === undefined) setTimeout(() => void this.#load(), RECHECK_MS);
    this.#end = listen(
      this.#session,
      RoomMessages,
      { roomId: this.#roomId, after: this.#cursor },
      {
        next: ({ roomMessages: { cursor, message } }) => {
          this.#cursor = cursor;
          this.#accept([message]);
          if (hasHole(this.state.get())) void this.#load();
        },
        error: (error) => this.#change({ ended: messageOf(error) }),
      },
    );
  }

  async #post(pending: Pending, retryMs: number): Promise<void> {
    const { clientId, content } = pending;
    const { data, error } = await this.#session.client
      .mutation(SendMessage, { roomId: this.#roomId, input: { content, clientId, metadata: { clientId } } })
      .toPromise();
    if (data) this.#accept([data.sendRoomMessage]);
    else if (error?.networkError) {
      // whether the server has it is not known: the same clientId makes asking again harmless
      setTimeout(() => void this.#post(pending, Math.min(retryMs * 2, LONGEST_RETRY_MS)), retryMs);
    } else if (error) this.#replacePending(clientId, { ...pending, refusal: messageOf(error) });
  }

  #replacePending(clientId: string, by?: Pending): void {
    const pending = this.state.get().pending.flatMap((one) => (one.clientId === clientId ? (by ?? []) : one));
    this.#change({ pending });
  }

  #accept(messages: readonly MessageFragment[]): void {
    this.state.set(withMessages(this.state.get(), messages));
  }

  #change(part: Partial<RoomState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}
