/** User i of a process is called `<prefix><first + i>`. */
export interface BenchUsers {
  readonly prefix: string;
  readonly first: number;
  readonly secret: string;
}

/** What the bench tells a process of subscribers. */
export type ToWorker =
  /** so many tokens are made */
  | { readonly type: 'sign'; readonly count: number; readonly users: BenchUsers }
  /** client i signs in as user i */
  | {
      readonly type: 'open';
      readonly port: number;
      readonly count: number;
      readonly users?: BenchUsers | undefined;
    }
  /** client i takes variables i, and so on in turn */
  | {
      readonly type: 'subscribe';
      readonly query: string;
      readonly variables: readonly object[];
      /** under the same ids each time, as a client that comes back does */
      readonly again: boolean;
    }
  /** all connections are cut */
  | { readonly type: 'drop' }
  /** at least one */
  | { readonly type: 'pause'; readonly count: number }
  | { readonly type: 'reset' }
  | { readonly type: 'latencies' };

/** What it answers. */
export type FromWorker =
  | { readonly type: 'signed' }
  | { readonly type: 'opened' }
  | { readonly type: 'subscribed' }
  | { readonly type: 'dropped' }
  | { readonly type: 'failed'; readonly why: string }
  /** text frames since the last reset */
  | { readonly type: 'received'; readonly count: number }
  | { readonly type: 'latencies'; readonly ms: readonly number[] };
