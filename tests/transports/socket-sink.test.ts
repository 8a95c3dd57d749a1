import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import type { Batch } from '../../src/fanout/outbox/sink.ts';
import { nextPrefix, SharedPayload } from '../../src/fanout/payload/shared-payload.ts';
import { socketSink } from '../../src/transports/websocket/socket-sink.ts';

/** A batch of one frame for each text, of operation `操作"1`. */
function batchOf(texts: readonly string[]): Batch {
  const member = { prefix: nextPrefix('操作"1') };
  return {
    links: texts.map(() => ({ member })),
    payloads: texts.map((text) => new SharedPayload(JSON.stringify({ data: text }), 1)),
  } as unknown as Batch;
}

/** A real server socket and what its client receives. */
async function connect(perMessageDeflate: boolean) {
  const server = new WebSocketServer({ port: 0, perMessageDeflate });
  const { port } = server.address() as { port: number };
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate });
  const received: unknown[] = [];
  client.on('message', (data, isBinary) => received.push(isBinary ? data : JSON.parse(String(data))));
  const [[socket]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [
    [WebSocket],
    unknown,
  ];
  return {
    socket,
    received,
    [Symbol.dispose]() {
      client.terminate();
      server.close();
    },
  };
}

describe.each([
  ['written to the socket itself', false],
  ['sent through ws, as compression was negotiated', true],
])('frames %s', (_how, deflated) => {
  it('F1 carry any text, of any length, to any operation', async () => {
    using connection = await connect(deflated);
    let ready = 0;
    const sink = socketSink(connection.socket, () => {
      ready += 1;
    });
    const texts = [
      '',
      '贵州茅台 €𝄞\u0000',
      ...[56, 57, 5000, 65_480, 65_481, 200_000].map((n) => 'é'.repeat(n)),
    ];
    const batch = batchOf(texts);
    let sent = 0;
    while (sent < texts.length) {
      await expect.poll(() => sink.ready).toBe(true);
      sent += sink.send(batch, sent);
    }
    await expect
      .poll(() => connection.received)
      .toEqual(texts.map((data) => ({ id: '操作"1', type: 'next', payload: { data } })));
    // the socket itself reports only what the kernel did not take at once
    if (deflated) await expect.poll(() => ready).toBe(texts.length);
  });
});
