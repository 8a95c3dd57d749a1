interface Asked<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks together what is asked in one turn of the loop, and what is asked while an answer is awaited. */
export class Gathered<Q, A> {
  readonly #ask: (questions: readonly Q[]) => Promise<readonly A[]>;
  readonly #maxAtOnce: number;
  #waiting: Asked<Q, A>[] = [];
  #isAsking = false;

  /** @param ask answers each question, in order */
  constructor(ask: (questions: readonly Q[]) => Promise<readonly A[]>, maxAtOnce = 1000) {
    this.#ask = ask;
    this.#maxAtOnce = maxAtOnce;
  }

  /** @throws what asking threw */
  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      if (this.#isAsking) return;
      this.#isAsking = true;
      // The rest of this turn may ask more.
      setImmediate(() => this.#next());
    });
  }

  #next(): void {
    const some = this.#waiting.splice(0, this.#maxAtOnce);
    if (some.length === 0) {
      this.#isAsking = false;
      return;
    }
    this.#ask(some.map(({ question }) => question))
      .then(
        (answers) => {
          for (const [i, { resolve }] of some.entries()) resolve(answers[i] as A);
        },
        (error: unknown) => {
          for (const { reject } of some) reject(error);
        },
      )
      .finally(() => this.#next());
  }
}
