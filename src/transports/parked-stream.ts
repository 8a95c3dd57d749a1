/**
 * What graphql-ws is given for a subscription that the fan-out engine serves: `next()` waits until the server ends
 * it, `return()` leaves. Frames do not pass through here.
 */
export interface ParkedStream extends AsyncGenerator<never, void, void> {
  /** Completes the operation, or fails it; graphql-ws tells the client. Does nothing after the first time. */
  end(error?: Error): void;
}

/** @param leave called once, whoever ends the stream */
export function parkedStream(leave: () => void): ParkedStream {
  const { promise, resolve, reject } = withResolvers<IteratorReturnResult<void>>();
  const done: IteratorReturnResult<void> = { done: true, value: undefined };
  let left = false;
  const leaveOnce = (): boolean => {
    if (left) return false;
    left = true;
    leave();
    return true;
  };
  return {
    next: () => promise,
    // The promise stays pending: graphql-ws has deleted the id already, and would send `complete` for a new
    // operation that took it in the meantime.
    return: async () => {
      leaveOnce();
      return done;
    },
    throw: async (error) => {
      leaveOnce();
      throw error;
    },
    end(error) {
      if (!leaveOnce()) return;
      if (error) reject(error);
      else resolve(done);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      leaveOnce();
    },
  };
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
