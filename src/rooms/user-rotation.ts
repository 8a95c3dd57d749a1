export interface UserRotationOptions {
  /** waiting of one user */
  readonly mostOfUser: number;
  /** waiting of all */
  readonly most: number;
}

/** A bounded queue in which users take turns: one's second waits until each of the others had a first. */
export class UserRotation<T> {
  readonly #options: UserRotationOptions;
  /** In the order of their turns. */
  readonly #byUser = new Map<string, T[]>();
  #size = 0;

  constructor(options: UserRotationOptions) {
    this.#options = options;
  }

  add(userId: string, item: T): 'added' | 'user-full' | 'full' {
    const own = this.#byUser.get(userId) ?? [];
    if (own.length >= this.#options.mostOfUser) return 'user-full';
    if (this.#size >= this.#options.most) return 'full';
    own.push(item);
    this.#byUser.set(userId, own);
    this.#size += 1;
    return 'added';
  }

  /** Takes out whose turn it is; undefined: nobody waits. */
  next(): T | undefined {
    const first = this.#byUser.entries().next();
    if (first.done) return undefined;
    const [userId, own] = first.value;
    const item = own.shift();
    this.#byUser.delete(userId);
    if (own.length > 0) this.#byUser.set(userId, own);
    this.#size -= 1;
    return item;
  }
}
