const SECONDS = 10;

/** Counts events of the last ten full seconds. */
export class EventRate {
  readonly #counts = new Array<number>(SECONDS + 1).fill(0);
  #second = 0;

  /** @param now epoch ms */
  add(now: number): void {
    this.#moveTo(Math.floor(now / 1000));
    this.#counts[this.#second % this.#counts.length] = this.#at(this.#second) + 1;
  }

  /** @param now epoch ms */
  perSecond(now: number): number {
    this.#moveTo(Math.floor(now / 1000));
    let total = 0;
    for (let second = this.#second - SECONDS; second < this.#second; second += 1) total += this.#at(second);
    return total / SECONDS;
  }

  #at(second: number): number {
    return second < 0 ? 0 : (this.#counts[second % this.#counts.length] ?? 0);
  }

  #moveTo(second: number): void {
    if (second <= this.#second) return;
    const first = Math.max(this.#second + 1, second - SECONDS);
    for (let at = first; at <= second; at += 1) this.#counts[at % this.#counts.length] = 0;
    this.#second = second;
  }
}
