import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Hub } from '../fanout/hub.ts';
import type { Batch, Sink } from '../fanout/sink.ts';
import type { Context } from '../graphql/context.ts';
import type { Operations } from '../graphql/operations.ts';
import type { Connections } from './connections.ts';

/** Event streams have no operation id: each has one operation. */
const NO_HEAD = '';

/** A result that carries its own text, which all who share the execution share too. Yoga asks `stringify` for it. */
interface EncodedResult extends ExecutionResult {
  readonly stringify: () => string;
}

type ServerContext = { readonly res?: ServerResponse };

export interface EventStreamOptions {
  readonly operations: Operations;
  readonly hub: Hub;
  readonly connections: Connections;
}

/** Serves subscriptions over HTTP (SSE) from the fan-out engine: shared execution, one text per event. */
export function eventStreams({ operations, hub, connections }: EventStreamOptions): Plugin {
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args: Parameters<Operations['execute']>[0]) => {
        const context = args.contextValue as Context & ServerContext;
        const source = operations.source({ ...args, context });
        if ('errors' in source) return source;
        const stream = new EventStream();
        const outbox = hub.openOutbox(stream);
        const member = await operations.join(source, outbox, NO_HEAD);
        const cut = (): void => {
          context.res?.destroy();
        };
        const forget = connections.add({
          outbox,
          viewer: context.viewer,
          probe: () => true,
          terminate: cut,
          closeStuck: cut,
          closeGoingAway: () => stream.end(),
        });
        stream.onPull = () => outbox.resume();
        stream.onEnd = () => {
          forget();
          operations.leave(member);
        };
        context.res?.once('close', () => stream.end());
        return stream;
      });
    },
  };
}

/** Takes frames only as fast as they are read: one at a time. */
class EventStream implements Sink, AsyncIterableIterator<EncodedResult> {
  onPull: () => void = () => {};
  onEnd: () => void = () => {};
  #waiting: ((result: IteratorResult<EncodedResult>) => void) | undefined;
  #ended = false;

  get ready(): boolean {
    return this.#waiting !== undefined;
  }

  send({ tails }: Batch, from: number): number {
    const tail = tails[from];
    if (tail) this.#settle({ done: false, value: { stringify: () => tail.json } });
    return 1;
  }

  next(): Promise<IteratorResult<EncodedResult>> {
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.onPull();
    });
  }

  return(): Promise<IteratorResult<EncodedResult>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Completes the stream. Does nothing after the first time. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd();
    this.#settle({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #settle(result: IteratorResult<EncodedResult>): void {
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve?.(result);
  }
}
