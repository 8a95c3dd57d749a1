import type { Batch } from '../../fanout/outbox/sink.ts';
import type { SharedPayload } from '../../fanout/payload/shared-payload.ts';

/** A message of Engine.IO (4) that is an event of Socket.IO (2): https://socket.io/docs/v4/socket-io-protocol/ */
const EVENT = '42';
/** Results of the subscriptions that this wire opens begin so; those of market streams have no field of that name. */
const RESULT = '{"data":{"event":';
/** A broadcast names an event of its own so; what Socket.IO keeps for itself is not among them. */
const OWN_EVENT = /^(?!connect|disconnect|error$|newListener|removeListener)[\w:.-]{1,64}$/;

const asBytes = (text: string): string => Buffer.from(text).toString('latin1');

/** An event with its data, as `latin1`. */
const packet = (name: string, data: unknown): string => asBytes(`${EVENT}${JSON.stringify([name, data])}`);

/** The start of the frames of a market stream, which names the symbol as the client wrote it. */
export const streamPrefix = (symbol: string): string =>
  asBytes(`${EVENT}["stream_data",{"symbol":${JSON.stringify(symbol)},`);

/** The start of the frames of a room. */
export const roomPrefix = (room: string): string =>
  asBytes(`${EVENT}["message",{"room":${JSON.stringify(room)},`);

/** The start of the frames of an inbox, whose event may have another name. */
export const INBOX_PREFIX = `${EVENT}["notification",`;

/** A frame as a packet: the member's start and the shared bytes, without what GraphQL puts around them. */
export function packetOf({ links, payloads }: Batch, i: number): string {
  const [link, payload] = [links[i], payloads[i]];
  if (!link || !payload) return '';
  const { prefix } = link.member;
  const { bytes } = payload;
  if (!bytes.startsWith(RESULT)) return `${prefix}${bytes.slice(1, -1)}]`;
  if (prefix === INBOX_PREFIX) return notification(payload);
  // what is said beside an event has no place in the old form
  if (bytes.includes(',"extensions":{')) return roomPacket(prefix, payload);
  return `${prefix}${bytes.slice(RESULT.length + 1, -3)}]`;
}

function roomPacket(prefix: string, payload: SharedPayload): string {
  return `${prefix}${asBytes(JSON.stringify(eventIn(payload)).slice(1))}]`;
}

function notification(payload: SharedPayload): string {
  const item = eventIn(payload) as { readonly metadata?: { readonly event?: unknown } | null };
  const name = item.metadata?.event;
  const isNamed = typeof name === 'string' && OWN_EVENT.test(name);
  return packet(isNamed ? name : 'notification', item);
}

const eventIn = (payload: SharedPayload): object =>
  (JSON.parse(payload.json) as { data: { event: object } }).data.event;
