/** A process of clients of one wire, each on a bare TCP socket, which count events and parse nothing. */
import { connect } from 'node:net';
import { WIRES } from './wire-script.ts';

export interface OpenWire {
  readonly type: 'open';
  readonly wire: string;
  readonly port: number;
  readonly count: number;
  readonly symbols: readonly string[];
}
export type ToWireWorker = OpenWire | { readonly type: 'reset' };
export type FromWireWorker =
  | { readonly type: 'opened' }
  | { readonly type: 'received'; readonly count: number };

const REPORT_MS = 4;
const AT_ONCE = 100;
let received = 0;
let reported = -1;

const report = (message: FromWireWorker): void => {
  process.send?.(message);
};

/** Resolves once the last step was sent. */
function client({ wire, port, symbols }: OpenWire): Promise<void> {
  const script = WIRES[wire]?.(symbols);
  if (!script) throw new Error(`${wire} is no wire.`);
  const marker = Buffer.from(script.marker);
  const steps = [...script.steps];
  const socket = connect(port, '127.0.0.1').setNoDelay();
  let rest = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    const advance = (heard: Buffer): void => {
      for (let step = steps[0]; step && (!step.after || heard.includes(step.after)); step = steps[0]) {
        steps.shift();
        socket.write(step.send, 'latin1');
        if (step.after) break;
      }
      if (steps.length === 0) resolve();
    };
    socket.on('connect', () => advance(Buffer.alloc(0)));
    socket.on('data', (chunk) => {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      if (steps.length > 0) advance(bytes);
      let from = 0;
      for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, from)) {
        received += 1;
        from = at + marker.length;
      }
      // a marker may be cut
      rest = bytes.subarray(Math.max(from, bytes.length - marker.length + 1));
    });
  });
}

async function open(message: OpenWire): Promise<void> {
  for (let begun = 0; begun < message.count; begun += AT_ONCE) {
    const some = Math.min(AT_ONCE, message.count - begun);
    await Promise.all(Array.from({ length: some }, () => client(message)));
  }
}

setInterval(() => {
  if (received === reported) return;
  reported = received;
  report({ type: 'received', count: received });
}, REPORT_MS);

process.on('message', (message: ToWireWorker) => {
  if (message.type === 'reset') {
    received = 0;
    reported = -1;
    report({ type: 'received', count: 0 });
    return;
  }
  open(message).then(
    () => report({ type: 'opened' }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
