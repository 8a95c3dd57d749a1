import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Batch, Sink } from '../../fanout/outbox/sink.ts';

/** One write takes at most so much, so that a reader who stops costs no more than this beside its queue. */
const MAX_WRITE_BYTES = 64 * 1024;
/** FIN + text: https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
const TEXT_FRAME = 0x81;

/** How `ws` holds its socket. It is private there, so its shape is checked before it is used. */
function rawSocket(webSocket: WebSocket): Socket | undefined {
  const { _socket: socket, _sender: sender } = webSocket as unknown as {
    _socket?: Socket;
    _sender?: { _bufferedBytes?: number };
  };
  const usable = typeof socket?.write === 'function' && typeof sender?._bufferedBytes === 'number';
  // with compression negotiated, frames pass through the sender's own queue and must not be overtaken
  return usable && webSocket.extensions === '' ? socket : undefined;
}

/** The text of entry `i` of a batch, one character a byte. */
export type MessageOf = (batch: Batch, i: number) => string;

/**
 * Writes frames straight to the socket under `ws`: many frames, one write. Where `ws` is not as
 * expected it goes through `send`.
 * @param onReady called when the peer has taken what was sent
 * @param messageOf @default the member's prefix and the payload's bytes
 */
export function socketSink(
  webSocket: WebSocket,
  onReady: () => void,
  messageOf: MessageOf = payloadOf,
): Sink {
  const socket = rawSocket(webSocket);
  if (!socket) return sendingSink(webSocket, onReady, messageOf);
  // not only after writes of the sink: what graphql-ws sends may fill the socket too
  socket.on('drain', onReady);
  return directSink(webSocket, socket, messageOf);
}

function directSink(webSocket: WebSocket, socket: Socket, messageOf: MessageOf): Sink {
  return {
    get ready() {
      return webSocket.readyState === 1 && (!socket.writableNeedDrain || socket.writableLength === 0);
    },
    send(batch, from) {
      const end = endOfWrite(batch, from);
      socket.write(frames(batch, from, end, messageOf), 'latin1');
      return end - from;
    },
  };
}

function sendingSink(webSocket: WebSocket, onReady: () => void, messageOf: MessageOf): Sink {
  let unsentBytes = 0;
  return {
    get ready() {
      return webSocket.readyState === 1 && unsentBytes < MAX_WRITE_BYTES;
    },
    send(batch, from) {
      const payload = Buffer.from(messageOf(batch, from), 'latin1');
      unsentBytes += payload.length;
      webSocket.send(payload, { binary: false }, () => {
        unsentBytes -= payload.length;
        onReady();
      });
      return 1;
    },
  };
}

function endOfWrite({ links, payloads }: Batch, from: number): number {
  let bytes = 0;
  let end = from;
  for (; end < links.length; end += 1) {
    bytes += (links[end]?.member.prefix.length ?? 0) + (payloads[end]?.bytes.length ?? 0);
    if (end > from && bytes > MAX_WRITE_BYTES) break;
  }
  return end;
}

/** Unmasked text frames `from`…`end` of a batch, one character a byte. */
export function frames(batch: Batch, from: number, end: number, messageOf: MessageOf = payloadOf): string {
  let out = '';
  for (let i = from; i < end; i += 1) {
    const payload = messageOf(batch, i);
    out += headerOf(payload.length) + payload;
  }
  return out;
}

function payloadOf({ links, payloads }: Batch, i: number): string {
  const link = links[i];
  const payload = payloads[i];
  return link && payload ? link.member.prefix + payload.bytes : '';
}

let knownLength = -1;
let knownHeader = '';

/** Frames of one event to many members have one length, so the header last made is most often the next one. */
function headerOf(length: number): string {
  if (length !== knownLength) {
    knownHeader = headerBytes(length).toString('latin1');
    knownLength = length;
  }
  return knownHeader;
}

function headerBytes(length: number): Buffer {
  if (length < 126) return Buffer.from([TEXT_FRAME, length]);
  if (length < 65_536) return Buffer.from([TEXT_FRAME, 126, length >>> 8, length & 0xff]);
  const header = Buffer.from([TEXT_FRAME, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
