import { randomUUID } from 'node:crypto';
import type { Bus } from '../../bus/bus.ts';
import { ERROR_CODES, type ErrorCode, TickroomError } from '../../errors.ts';

/** Where the market leader takes requests. The name is part of the wire between instances of different builds. */
const REQUEST_TOPIC = 'market-desk';
const answersTopic = (instance: string): string => `market-desk-answers:${instance}`;

const ANSWER_MS = 3000;
const MAX_WAITING = 10_000;

interface Question {
  readonly id: string;
  readonly from: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: string;
  readonly result?: unknown;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly details: Record<string, unknown>;
  };
}

type Answering = (method: string, args: readonly unknown[]) => Promise<unknown>;

/** Remote procedure calls over the bus: requests to the instance that leads the market, and its answers, as JSON. */
export class BusRpc {
  readonly #bus: Pick<Bus, 'announce' | 'listen' | 'isConnected'>;
  readonly #instance: string;
  readonly #onError: (error: unknown) => void;
  readonly #waiting = new Map<string, { settle: (answer: Answer) => void }>();
  readonly #closers: Promise<() => void>[] = [];
  #stopAnswering: Promise<() => void> | undefined;

  constructor(options: {
    readonly bus: Pick<Bus, 'announce' | 'listen' | 'isConnected'>;
    readonly instance: string;
    readonly onError: (error: unknown) => void;
  }) {
    this.#bus = options.bus;
    this.#instance = options.instance;
    this.#onError = options.onError;
    this.#closers.push(
      this.#bus.listen(answersTopic(this.#instance), (payload) => {
        const answer = payload as Answer;
        this.#waiting.get(answer.id)?.settle(answer);
      }),
    );
  }

  /** This instance answers requests from now on. */
  answer(answering: Answering): void {
    this.#stopAnswering ??= this.#bus.listen(REQUEST_TOPIC, (payload) => {
      this.#reply(payload as Question, answering).catch(this.#onError);
    });
  }

  async stopAnswering(): Promise<void> {
    const stop = this.#stopAnswering;
    this.#stopAnswering = undefined;
    (await stop)?.();
  }

  /**
   * Calls a method of the leader.
   * @throws TickroomError what the leader threw; SERVICE_UNAVAILABLE when no leader answers in time: the method may
   *   then have run or not
   */
  async ask(method: string, args: readonly unknown[]): Promise<unknown> {
    if (!this.#bus.isConnected || this.#waiting.size >= MAX_WAITING) throw unavailable();
    // an answer that nobody waits for any more is no answer
    await this.#closers[0];
    const id = randomUUID();
    let timer: NodeJS.Timeout | undefined;
    try {
      const answered = new Promise<Answer>((settle, reject) => {
        this.#waiting.set(id, { settle });
        timer = setTimeout(() => reject(unavailable()), ANSWER_MS);
      });
      const question: Question = { id, from: this.#instance, method, args };
      await Promise.race([this.#bus.announce(REQUEST_TOPIC, question), answered]);
      const { result, error } = await answered;
      if (error) throw errorOf(error);
      return result;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopAnswering();
    for (const close of this.#closers) (await close)();
  }

  async #reply({ id, from, method, args }: Question, answering: Answering): Promise<void> {
    let answer: Answer;
    try {
      answer = { id, result: await answering(method, args) };
    } catch (error) {
      const { code, message, details } =
        error instanceof TickroomError ? error : new TickroomError('INTERNAL_ERROR', 'Internal error.');
      if (code === 'INTERNAL_ERROR') this.#onError(error);
      answer = { id, error: { code, message, details: { ...details } } };
    }
    await this.#bus.announce(answersTopic(from), answer);
  }
}

const unavailable = (): TickroomError =>
  new TickroomError(
    'SERVICE_UNAVAILABLE',
    'The instance that leads the market cannot be reached at the moment: try again after a pause.',
  );

function errorOf({ code, message, details }: NonNullable<Answer['error']>): TickroomError {
  return new TickroomError(code in ERROR_CODES ? (code as ErrorCode) : 'INTERNAL_ERROR', message, details);
}
