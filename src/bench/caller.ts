import { RawClient } from './raw-client.ts';
import type { ServerProcess } from './server-process.ts';
import { sign } from './sign.ts';

interface Answer {
  readonly id?: string;
  readonly type: string;
  readonly payload?: { readonly data?: unknown; readonly errors?: readonly { readonly message: string }[] };
}

/** A signed-in user who runs queries and mutations over one graphql-transport-ws connection. */
export class Caller implements Disposable {
  readonly #client: RawClient;
  readonly #waiting = new Map<string, { resolve: (data: unknown) => void; reject: (error: Error) => void }>();
  #id = 0;

  private constructor(port: number, token: string) {
    this.#client = new RawClient({
      port,
      sampled: true,
      initPayload: { token },
      onText: (payload) => this.#hear(JSON.parse(String(payload))),
    });
  }

  static async open(server: ServerProcess, userId: string, roles: readonly string[] = []): Promise<Caller> {
    const caller = new Caller(server.port, await sign(server.secret, userId, roles));
    await caller.#client.ready;
    return caller;
  }

  /** The data of an operation. @throws Error with the first error's message */
  ask<T>(query: string, variables: object): Promise<T> {
    this.#id += 1;
    const id = String(this.#id);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (data) => resolve(data as T), reject });
      this.#client.send({ id, type: 'subscribe', payload: { query, variables } });
    });
  }

  [Symbol.dispose](): void {
    this.#client.socket.destroy();
  }

  #hear({ id = '', type, payload }: Answer): void {
    const waiting = this.#waiting.get(id);
    if (!waiting || type === 'complete') return;
    this.#waiting.delete(id);
    const failure = type === 'error' ? JSON.stringify(payload) : payload?.errors?.[0]?.message;
    if (failure !== undefined) waiting.reject(new Error(failure));
    else waiting.resolve(payload?.data);
  }
}
