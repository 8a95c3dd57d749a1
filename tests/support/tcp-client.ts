import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A frame as it is on the wire: https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export interface Frame {
  readonly fin: boolean;
  /** the reserved bits, RSV1 the highest */
  readonly rsv: number;
  readonly opcode: number;
  readonly payload: Buffer;
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

interface FrameOptions extends Partial<Omit<Frame, 'payload'>> {
  readonly payload?: Buffer | string;
  readonly masked?: boolean;
  /** what the head says instead of the truth */
  readonly claims?: number;
}

/** The bytes of one frame, right or wrong: text, whole and masked unless told otherwise. */
export function frameBytes(options: FrameOptions): Buffer {
  const { fin = true, rsv = 0, opcode = OPCODE.text, masked = true } = options;
  const payload = Buffer.from(options.payload ?? '');
  const length = options.claims ?? payload.length;
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const bit = masked ? 0x80 : 0;
  let head: Buffer;
  if (length < 126) head = Buffer.from([first, bit | length]);
  else if (length < 65_536) head = Buffer.from([first, bit | 126, length >> 8, length & 0xff]);
  else {
    head = Buffer.alloc(10);
    head.set([first, bit | 127]);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  if (!masked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}

/** The payload of a close frame. */
export function closePayload(code: number, reason: Buffer | string = ''): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}

/** @returns the first frame of an unmasked stream, and where the next begins; undefined: more bytes are needed */
function readFrame(bytes: Buffer): { frame: Frame; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  let start = 2;
  let length = second & 0x7f;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    [start, length] = [4, bytes.readUInt16BE(2)];
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    [start, length] = [10, Number(bytes.readBigUInt64BE(2))];
  }
  const end = start + length;
  if (bytes.length < end) return undefined;
  const payload = Buffer.from(bytes.subarray(start, end));
  return { end, frame: { fin: first >= 0x80, rsv: (first >> 4) & 7, opcode: first & 15, payload } };
}

/** A client that sends exactly the bytes it is given. */
export class TcpClient implements Disposable {
  readonly socket: Socket;
  /** of HTTP, as far as it has come; without the frames that follow an upgrade */
  head = '';
  readonly frames: Frame[] = [];
  /** bytes received after the head */
  received = 0;
  /** the server said its last word */
  ended = false;
  /** nothing goes either way any more */
  closed = false;
  #rest = Buffer.alloc(0);
  #upgraded = false;

  /** @param allowHalfOpen keeps its side open when the server ends its own */
  constructor(port: number, { allowHalfOpen = false } = {}) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen });
    this.socket.setNoDelay();
    this.socket.on('data', (chunk) => this.#hear(chunk));
    this.socket.on('end', () => {
      this.ended = true;
    });
    this.socket.on('close', () => {
      this.ended = true;
      this.closed = true;
    });
    // a reset is one of the ways to be refused
    this.socket.on('error', () => {});
  }

  /** The status line's number; undefined: there was none. */
  get status(): number | undefined {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(this.head)?.[1];
    return status === undefined ? undefined : Number(status);
  }

  /** The close frame's; 1005: it had none; 1006: the connection ended without; undefined: it is open. */
  get closeCode(): number | undefined {
    const close = this.frames.find(({ opcode }) => opcode === OPCODE.close);
    if (close) return close.payload.length < 2 ? 1005 : close.payload.readUInt16BE();
    return this.ended ? 1006 : undefined;
  }

  get closeReason(): string {
    return String(this.frames.find(({ opcode }) => opcode === OPCODE.close)?.payload.subarray(2) ?? '');
  }

  /** Text messages, parsed. */
  get messages(): { id?: string; type: string; payload?: unknown }[] {
    return this.frames
      .filter(({ opcode }) => opcode === OPCODE.text)
      .map(({ payload }) => JSON.parse(String(payload)));
  }

  write(bytes: Buffer | string): void {
    this.socket.write(bytes);
  }

  send(...frames: readonly FrameOptions[]): void {
    this.socket.write(Buffer.concat(frames.map(frameBytes)));
  }

  say(...messages: readonly object[]): void {
    this.send(...messages.map((message) => ({ payload: JSON.stringify(message) })));
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #hear(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (!this.#upgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      this.head = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
      if (end < 0 || this.status !== 101) {
        this.#rest = Buffer.from(bytes);
        this.received = bytes.length;
        return;
      }
      this.#upgraded = true;
      bytes = bytes.subarray(end + 4);
    }
    this.received += chunk.length;
    for (let read = readFrame(bytes); read; read = readFrame(bytes)) {
      this.frames.push(read.frame);
      bytes = bytes.subarray(read.end);
    }
    this.#rest = Buffer.from(bytes);
  }
}

/** The request that turns HTTP into WebSocket; headers given replace those it has by default. */
export function upgradeRequest(headers: Readonly<Record<string, string | undefined>> = {}): string {
  const all: Record<string, string | undefined> = {
    Host: '127.0.0.1',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': 'graphql-transport-ws',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return `GET /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
