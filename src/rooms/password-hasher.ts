import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { TickroomError } from '../errors.ts';
import { rateLimited } from '../limits/rate-limited.ts';
import { UserRotation } from './user-rotation.ts';

/** OWASP's second choice of parameters, 32 MB a hash: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const MAX_OF_USER = 5;
const MAX_WAITING = 200;
/** About what a hash takes. */
const HASH_MS = 150;

interface Derivation {
  readonly password: string;
  readonly salt: Uint8Array;
  readonly bytes: number;
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

interface Job {
  readonly derivation: Derivation;
  readonly resolve: (key: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

type Answer = { readonly key: Uint8Array } | { readonly message: string };

/** Plain JavaScript, because the source runs both compiled and as it is. */
const WORKER = `
  const { scryptSync } = require('node:crypto');
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ password, salt, bytes, N, r, p }) => {
    try {
      parentPort.postMessage({ key: scryptSync(password, salt, bytes, { N, r, p, maxmem: 256 * N * r }) });
    } catch (error) {
      parentPort.postMessage({ message: error.message });
    }
  });
`;

/**
 * Hashes passwords one at a time on a thread of its own, so that the pool that serves name lookups, files and the
 * database stays free. Users take turns: whoever asks a lot waits for itself.
 */
export class PasswordHasher implements AsyncDisposable {
  readonly #waiting = new UserRotation<Job>({ mostOfUser: MAX_OF_USER, most: MAX_WAITING });
  #worker: Worker | undefined;
  #running: Job | undefined;
  #isClosed = false;

  /**
   * @param userId who asks
   * @returns `scrypt$N$r$p$salt$key`, salt and key in base64
   * @throws TickroomError RATE_LIMIT_EXCEEDED: too many of this user wait; SERVICE_UNAVAILABLE: too many of all
   */
  async hash(userId: string, password: string): Promise<string> {
    const salt = randomBytes(16);
    const key = await this.#derive(userId, { password, salt, bytes: KEY_BYTES, ...COST });
    const { N, r, p } = COST;
    return ['scrypt', N, r, p, salt.toString('base64'), Buffer.from(key).toString('base64')].join('$');
  }

  /**
   * @param userId who asks
   * @param hash as `hash` gave it
   * @throws TickroomError as `hash` does
   */
  async verify(userId: string, password: string, hash: string): Promise<boolean> {
    const [, N, r, p, salt = '', key = ''] = hash.split('$');
    const expected = Buffer.from(key, 'base64');
    const actual = await this.#derive(userId, {
      password,
      salt: Buffer.from(salt, 'base64'),
      bytes: expected.length,
      N: Number(N),
      r: Number(r),
      p: Number(p),
    });
    return timingSafeEqual(actual, expected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (let job = this.#waiting.next(); job; job = this.#waiting.next()) job.reject(unavailable());
    await this.#worker?.terminate();
  }

  #derive(userId: string, derivation: Derivation): Promise<Uint8Array> {
    const { promise, resolve, reject } = promiseParts<Uint8Array>();
    if (this.#isClosed) throw unavailable();
    const outcome = this.#waiting.add(userId, {
      derivation: { ...derivation, password: derivation.password.normalize('NFKC') },
      resolve,
      reject,
    });
    if (outcome === 'user-full') throw rateLimited('passwords of yours', MAX_OF_USER * HASH_MS);
    if (outcome === 'full') throw unavailable();
    this.#runNext();
    return promise;
  }

  #runNext(): void {
    if (this.#running) return;
    this.#running = this.#waiting.next();
    if (!this.#running) {
      this.#worker?.unref();
      return;
    }
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#worker.postMessage(this.#running.derivation);
  }

  #start(): Worker {
    // the options of this process, such as a loader, are not for it
    const worker = new Worker(WORKER, { eval: true, execArgv: [] });
    worker.on('message', (answer: Answer) => {
      const job = this.#running;
      this.#running = undefined;
      if ('key' in answer) job?.resolve(answer.key);
      else job?.reject(new Error(`A password could not be hashed: ${answer.message}`));
      this.#runNext();
    });
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, unavailable()));
    return worker;
  }

  #ended(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const job = this.#running;
    this.#running = undefined;
    job?.reject(error);
    this.#runNext();
  }
}

function unavailable(): TickroomError {
  return new TickroomError(
    'SERVICE_UNAVAILABLE',
    'Too many passwords are being checked: try again in a few seconds.',
  );
}

function promiseParts<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
