import type { Bus } from '../bus/bus.ts';
import type { InstanceStats } from './stats.ts';

export interface ClusterStatsOptions {
  readonly bus: Pick<Bus, 'announce' | 'listen'>;
  readonly own: () => InstanceStats;
  /** @default 1000 */
  readonly everyMs?: number;
  /** An instance not heard for so long is gone. @default 5000 */
  readonly expiryMs?: number;
  readonly onError: (error: unknown) => void;
}

const TOPIC = 'stats';

/** `keepsMarket` is the former name of `isMarketLeader`: instances of the build before read and write that one. */
type ReportedStats = InstanceStats & { readonly keepsMarket?: boolean };

type Report =
  | { readonly kind: 'REPORT'; readonly stats: ReportedStats }
  | { readonly kind: 'BYE'; readonly instance: string };

/** What the other instances do, as each of them says again and again. */
export class ClusterStats implements AsyncDisposable {
  readonly #options: ClusterStatsOptions;
  readonly #others = new Map<string, { readonly stats: InstanceStats; readonly heardAt: number }>();
  #timer: NodeJS.Timeout | undefined;
  #stop: (() => void) | undefined;

  private constructor(options: ClusterStatsOptions) {
    this.#options = options;
  }

  static async start(options: ClusterStatsOptions): Promise<ClusterStats> {
    const cluster = new ClusterStats(options);
    cluster.#stop = await options.bus.listen(TOPIC, (payload) => cluster.#hear(payload as Report));
    cluster.#tell();
    cluster.#timer = setInterval(() => cluster.#tell(), options.everyMs ?? 1000);
    return cluster;
  }

  /** This instance first, then the others by start. */
  instances(): [InstanceStats, ...InstanceStats[]] {
    const oldest = performance.now() - (this.#options.expiryMs ?? 5000);
    for (const [instance, { heardAt }] of this.#others) if (heardAt < oldest) this.#others.delete(instance);
    const others = [...this.#others.values()].map(({ stats }) => stats);
    return [this.#options.own(), ...others.sort((a, b) => a.startedAt - b.startedAt)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stop?.();
    const { bus, own, onError } = this.#options;
    const bye: Report = { kind: 'BYE', instance: own().instance };
    await bus.announce(TOPIC, bye).catch(onError);
  }

  #tell(): void {
    const { bus, own, onError } = this.#options;
    const stats = own();
    const report: Report = { kind: 'REPORT', stats: { ...stats, keepsMarket: stats.isMarketLeader } };
    bus.announce(TOPIC, report).catch(onError);
  }

  #hear(report: Report): void {
    if (report.kind === 'BYE') this.#others.delete(report.instance);
    else if (report.stats.instance !== this.#options.own().instance) {
      const { keepsMarket = false, ...stats } = report.stats;
      const isMarketLeader = stats.isMarketLeader ?? keepsMarket;
      this.#others.set(stats.instance, { stats: { ...stats, isMarketLeader }, heardAt: performance.now() });
    }
  }
}
