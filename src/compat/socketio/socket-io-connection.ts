import { randomUUID } from 'node:crypto';
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Socket } from 'socket.io';
import { digestOf } from '../../auth/credentials.ts';
import type { Session } from '../../auth/sessions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { type ErrorCode, TickroomError } from '../../errors.ts';
import type { Hub, JoinedMember } from '../../fanout/hub.ts';
import type { Outbox } from '../../fanout/outbox/outbox.ts';
import { LiveSubscription } from '../../graphql/live/live-subscription.ts';
import type { Operations } from '../../graphql/operations.ts';
import type { Allowance } from '../../limits/allowance.ts';
import type { CountedConnection, Limits } from '../../limits/limits.ts';
import { quoteTopic } from '../../market/events/topics.ts';
import { parseSymbol } from '../../market/symbols/resolve-symbol.ts';
import type { Connection } from '../../transports/connections.ts';
import { PacketSink } from './packet-sink.ts';
import { INBOX_PREFIX, roomPrefix, streamPrefix } from './packets.ts';
import { streamGroup } from './stream-fields.ts';

export interface SocketIoConnectionOptions {
  readonly hub: Hub;
  readonly operations: Operations;
  readonly limits: Limits;
}

/** What was written so long ago has arrived, unless the connection was dead all the time: clients confirm nothing. */
const ARRIVED_AFTER_MS = 60_000;

const ROOM = `subscription ($room: ID!) {
  event: roomMessages(roomId: $room) {
    kind cursor message { id sequence sender { id } content type metadata createdAt editedAt deletedAt }
  }
}`;
const INBOX = `subscription {
  event: inbox { id sequence cursor type content metadata roomId sender { id } createdAt }
}`;

/** A room or inbox of a connection, opened as a GraphQL subscription. */
class OldSubscription extends LiveSubscription {
  readonly #onEnded: (error: GraphQLError | undefined) => void;

  constructor(operations: Operations, onEnded: (error: GraphQLError | undefined) => void) {
    super(operations.formatError);
    this.#onEnded = onEnded;
  }

  /** Nothing is known of its connection but that it was seen to end. */
  override get isDoubtful(): boolean {
    return true;
  }

  protected override ended(error: GraphQLError | undefined): void {
    this.#onEnded(error);
  }
}

/** One client of the old Socket.IO server. Errors are events, and leave it connected. */
export class SocketIoConnection implements Connection, CountedConnection, Session {
  readonly outbox: Outbox;
  readonly address: string;
  allowance: Allowance | undefined;
  /** null: nobody signed in */
  viewer: Viewer | null = null;
  /** Why nothing may be done: its token was refused, or has ended. */
  refusal: TickroomError | undefined;
  readonly #socket: Socket;
  readonly #options: SocketIoConnectionOptions;
  /** by the symbol as the client wrote it */
  readonly #streams = new Map<string, { member: JoinedMember; readonly release: (() => void) | undefined }>();
  readonly #rooms = new Map<string, OldSubscription>();
  #inbox: OldSubscription | undefined;
  #token = '';
  #closers: (() => void)[] = [];
  #arrivedAt = performance.now();

  constructor(socket: Socket, address: string, options: SocketIoConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.address = address;
    this.outbox = options.hub.openOutbox(new PacketSink(socket.conn, () => this.outbox.resume()));
    this.outbox.onNotice = (notice) => options.hub.notices.push(this.id, notice);
    this.onClose(options.hub.notices.hold(this.id));
  }

  /** A target of `broadcast(to: { connection })`. */
  get id(): string {
    return this.#socket.id;
  }

  get noticesOf(): string {
    return this.id;
  }

  get isOpen(): boolean {
    return this.#socket.connected;
  }

  /** Runs once, when the client has gone. */
  onClose(close: () => void): void {
    this.#closers.push(close);
  }

  emit(event: string, data: object): void {
    this.#socket.emit(event, data);
  }

  emitError({ code, message, details }: TickroomError, request: object = {}): void {
    this.emit('error', { code, message, ...details, ...request });
  }

  /** @param token it signed in with */
  signedIn(viewer: Viewer, token: string): void {
    this.viewer = viewer;
    this.#token = digestOf(token);
  }

  /**
   * Sends the current quote and every newer one. Another set of fields takes the place of the one before once it has begun,
   * so that nothing is missing between.
   * @throws TickroomError
   */
  async watch(symbol: string, fields: readonly string[]): Promise<void> {
    const { hub, limits } = this.#options;
    const known = this.#streams.get(symbol);
    const release = known ? known.release : limits.subscription(this.viewer, this.#size + 1);
    try {
      const member = await hub.join({
        ...streamGroup(fields),
        topics: [quoteTopic(parseSymbol(symbol))],
        outbox: this.outbox,
        owner: this.viewer?.id ?? this.outbox,
        prefix: streamPrefix(symbol),
      });
      const before = this.#streams.get(symbol);
      // what waits for the set before is written first, as leaving forgets it
      if (before) this.outbox.flush();
      if (before) hub.leave(before.member);
      if (!this.isOpen) {
        hub.leave(member);
        return;
      }
      this.#streams.set(symbol, { member, release });
    } catch (error) {
      if (!known) release?.();
      throw error;
    }
  }

  isWatching(symbol: string): boolean {
    return this.#streams.has(symbol);
  }

  unwatch(symbol: string): void {
    const stream = this.#streams.get(symbol);
    if (!stream) return;
    this.#streams.delete(symbol);
    this.#options.hub.leave(stream.member);
    stream.release?.();
  }

  /** Enters a room and sends what happens in it. @throws TickroomError */
  async enter(room: string): Promise<void> {
    await this.ask('mutation ($room: ID!) { joinRoom(roomId: $room) { role } }', { room });
    if (this.#rooms.has(room)) return;
    const subscription = new OldSubscription(this.#options.operations, (error) => {
      if (this.#rooms.get(room) === subscription) this.#rooms.delete(room);
      if (error) this.emitError(known(error), { room });
    });
    this.#rooms.set(room, subscription);
    await this.#open(subscription, ROOM, { room }, roomPrefix(room)).catch((error: unknown) => {
      this.leave(room);
      throw error;
    });
  }

  leave(room: string): void {
    this.#rooms.get(room)?.close();
    this.#rooms.delete(room);
  }

  /** Sends what is addressed to the user, also what came while nobody was connected. @throws TickroomError */
  async openInbox(): Promise<void> {
    if (!this.viewer || this.#inbox) return;
    this.#inbox = new OldSubscription(this.#options.operations, (error) => {
      if (error) this.emitError(known(error));
    });
    await this.#open(this.#inbox, INBOX, {}, INBOX_PREFIX);
  }

  /** Runs a query or mutation as this client. @throws TickroomError with its first error */
  async ask(query: string, variables: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const { operations } = this.#options;
    const request = { query, variables };
    const caller = this.#caller;
    const refused = operations.admit(request, caller, this);
    if (refused) throw refused;
    const prepared = operations.prepare(request, caller);
    const result: ExecutionResult = 'errors' in prepared ? prepared : await operations.execute(prepared.args);
    const [error] = result.errors ?? [];
    if (error) throw known(error);
    return { ...result.data };
  }

  expired(error: TickroomError): void {
    this.#refuse(error);
  }

  revoked(error: TickroomError): void {
    this.#refuse(error);
  }

  /** Engine.IO pings by itself. */
  probe(): boolean {
    if (performance.now() - this.#arrivedAt < ARRIVED_AFTER_MS) return true;
    this.#arrivedAt = performance.now();
    for (const subscription of this.#subscriptions) {
      subscription.confirmProgress();
      if (this.outbox.length === 0) subscription.markProgress();
    }
    return true;
  }

  /** Cuts the socket below, as a peer that is not read any more would not be seen to close it. */
  terminate(): void {
    const { transport } = this.#socket.conn as unknown as {
      transport: { readonly socket?: { terminate?(): void } };
    };
    if (transport.socket?.terminate) transport.socket.terminate();
    else this.#socket.conn.close(true);
  }

  closeStuck(): void {
    this.#socket.conn.close(true);
  }

  /** Clients connect again only when the connection ends below Socket.IO. */
  closeGoingAway(): void {
    this.#socket.conn.close();
  }

  /** The client has gone, and may come back. */
  closed(): void {
    for (const subscription of this.#subscriptions) subscription.lose(false);
    this.#endStreams();
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) close();
  }

  get #size(): number {
    return this.#streams.size + this.#rooms.size;
  }

  get #subscriptions(): OldSubscription[] {
    return [...this.#rooms.values(), ...(this.#inbox ? [this.#inbox] : [])];
  }

  get #caller() {
    return { viewer: this.viewer, connection: this, address: this.address };
  }

  async #open(
    subscription: OldSubscription,
    query: string,
    variables: Readonly<Record<string, unknown>>,
    prefix: string,
  ): Promise<void> {
    const { operations, limits } = this.#options;
    const prepared = operations.prepare({ query, variables }, this.#caller);
    if ('errors' in prepared) throw known(prepared.errors[0]);
    if (!prepared.live) throw new TickroomError('INTERNAL_ERROR', 'This is no subscription.');
    const release = limits.subscription(this.viewer, this.#size + 1);
    if (release) subscription.onClose(release);
    await operations.open(prepared.live, subscription, {
      outbox: this.outbox,
      prefix,
      // found again by its user, token and selection, as event streams are
      operation: {
        operationId: '',
        connection: { id: randomUUID(), session: undefined, token: this.#token },
      },
      label: null,
      isUnconfirmed: true,
    });
  }

  #endStreams(): void {
    for (const symbol of [...this.#streams.keys()]) this.unwatch(symbol);
  }

  #refuse(error: TickroomError): void {
    this.refusal = error;
    this.#endStreams();
    for (const subscription of this.#subscriptions) subscription.close();
    this.#rooms.clear();
    this.#inbox = undefined;
    this.emitError(error);
  }
}

/** An error of an operation, as this wire reports it. */
function known(error: GraphQLError | undefined): TickroomError {
  const { code, http: _http, ...details } = error?.extensions ?? {};
  return new TickroomError(
    (code as ErrorCode | undefined) ?? 'INTERNAL_ERROR',
    error?.message ?? '',
    details,
  );
}
