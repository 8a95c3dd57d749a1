import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Batch, Sink } from '../fanout/sink.ts';

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

/**
 * Writes frames straight to the socket under `ws`: many frames, one write, no copy but one. Where `ws` is not as
 * expected it goes through `send`.
 * @param onReady called when the peer has taken what was sent
 */
export function socketSink(webSocket: WebSocket, onReady: () => void): Sink {
  const socket = rawSocket(webSocket);
  if (!socket) return sendingSink(webSocket, onReady);
  // not only after writes of the sink: what graphql-ws sends may fill the socket too
  socket.on('drain', onReady);
  return directSink(webSocket, socket);
}

function directSink(webSocket: WebSocket, socket: Socket): Sink {
  return {
    get ready() {
      return webSocket.readyState === 1 && (!socket.writableNeedDrain || socket.writableLength === 0);
    },
    send(batch, from) {
      const end = endOfWrite(batch, from);
      socket.write(frames(batch, from, end));
      return end - from;
    },
  };
}

function sendingSink(webSocket: WebSocket, onReady: () => void): Sink {
  return {
    get ready() {
      return webSocket.readyState === 1 && webSocket.bufferedAmount < MAX_WRITE_BYTES;
    },
    send({ links, tails }, from) {
      const head = links[from]?.member.head;
      const tail = tails[from]?.bytes;
      if (head && tail) webSocket.send(Buffer.concat([head, tail]), { binary: false }, onReady);
      return 1;
    },
  };
}

const headerLength = (payloadLength: number): number =>
  payloadLength < 126 ? 2 : payloadLength < 65_536 ? 4 : 10;

function endOfWrite({ links, tails }: Batch, from: number): number {
  let bytes = 0;
  let end = from;
  for (; end < links.length; end += 1) {
    const payload = payloadLength(links[end], tails[end]);
    if (end > from && bytes + payload > MAX_WRITE_BYTES) break;
    bytes += payload;
  }
  return end;
}

const payloadLength = (
  link: Batch['links'][number] | undefined,
  tail: Batch['tails'][number] | undefined,
): number => (link && tail ? link.member.head.length + tail.bytes.length : 0);

/** Unmasked text frames `from`…`end` of a batch in one buffer. */
export function frames({ links, tails }: Batch, from: number, end: number): Buffer {
  let size = 0;
  for (let i = from; i < end; i += 1) {
    const length = payloadLength(links[i], tails[i]);
    size += headerLength(length) + length;
  }
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (let i = from; i < end; i += 1) {
    const link = links[i];
    const tail = tails[i];
    if (!link || !tail) break;
    const { head } = link.member;
    at = writeHeader(out, at, head.length + tail.bytes.length);
    out.set(head, at);
    at += head.length;
    out.set(tail.bytes, at);
    at += tail.bytes.length;
  }
  return out;
}

function writeHeader(out: Buffer, at: number, length: number): number {
  out[at] = TEXT_FRAME;
  if (length < 126) {
    out[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    out[at + 1] = 126;
    out[at + 2] = length >>> 8;
    out[at + 3] = length & 0xff;
    return at + 4;
  }
  out[at + 1] = 127;
  out.writeBigUInt64BE(BigInt(length), at + 2);
  return at + 10;
}
