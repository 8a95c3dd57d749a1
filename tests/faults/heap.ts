import WebSocket from 'ws';

export interface Heap {
  /** Bytes in use after everything unused was let go of. */
  used(): Promise<number>;
  close(): void;
}

/** The heap of a process that runs with --inspect: https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/ */
export async function openHeap(port: number): Promise<Heap> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let id = 0;
  const call = <T>(method: string): Promise<T> =>
    new Promise((resolve) => {
      id += 1;
      const mine = id;
      const hear = (data: WebSocket.RawData): void => {
        const answer = JSON.parse(String(data)) as { id: number; result: T };
        if (answer.id !== mine) return;
        socket.off('message', hear);
        resolve(answer.result);
      };
      socket.on('message', hear);
      socket.send(JSON.stringify({ id: mine, method }));
    });
  return {
    async used() {
      await call('HeapProfiler.collectGarbage');
      await call('HeapProfiler.collectGarbage');
      const { usedSize } = await call<{ usedSize: number }>('Runtime.getHeapUsage');
      return usedSize;
    },
    close: () => socket.close(),
  };
}
