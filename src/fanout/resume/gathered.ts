/** Answers many questions of one turn, and those that come while an answer is awaited, with one call each time. */
export class Gathered<Q, A> {
  readonly #ask: (questions: readonly Q[]) => Promise<readonly A[]>;
  readonly #most: number;
  #waiting: {
    readonly question: Q;
    readonly resolve: (answer: A) => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  #isAsking = false;

  /** @param ask gives an answer for each question, in order */
  constructor(ask: (questions: readonly Q[]) => Promise<readonly A[]>, most = 1000) {
    this.#ask = ask;
    this.#most = most;
  }

  /** @throws what asking threw */
  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      if (this.#isAsking) return;
      this.#isAsking = true;
      // those of one turn are one
      setImmediate(() => this.#next());
    });
  }

  #next(): void {
    const some = this.#waiting.splice(0, this.#most);
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
