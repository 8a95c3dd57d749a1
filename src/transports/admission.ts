import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { refusalOf } from '../graphql/context/refusals.ts';
import { addressOf } from '../limits/address.ts';
import type { Limits } from '../limits/limits.ts';
import type { Audit } from '../telemetry/audit.ts';

/** What proxies say of those whose requests they pass on. */
const FORWARDING = ['x-forwarded-for', 'forwarded', 'x-real-ip'] as const;

export interface DoorOptions {
  readonly limits: Limits;
  readonly audit: Audit;
  /** Other origins whose pages may connect; undefined: any. */
  readonly allowedOrigins: readonly string[] | undefined;
  /** how many proxies of our own write X-Forwarded-For */
  readonly trustProxy: number;
  /** Told once when a proxy passes requests on that are counted for its own address, since TRUST_PROXY is 0. */
  readonly onUntrustedProxy: (header: string, proxy: string | undefined) => void;
}

/** Who is let in, before anything is known but where they come from: the same for HTTP, WebSocket and event streams. */
export class Admission {
  readonly #options: DoorOptions;
  #isProxyTold = false;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** How many proxies are believed; 0: clients connect themselves. */
  get trustProxy(): number {
    return this.#options.trustProxy;
  }

  /** The address a request comes from. */
  addressOf({ socket, headers }: IncomingMessage): string {
    if (this.#options.trustProxy === 0 && !this.#isProxyTold)
      this.#tellOfProxy(socket.remoteAddress, headers);
    const source = { remoteAddress: socket.remoteAddress, forwardedFor: headers['x-forwarded-for'] };
    return addressOf(source, this.#options.trustProxy);
  }

  #tellOfProxy(proxy: string | undefined, headers: IncomingHttpHeaders): void {
    const header = FORWARDING.find((name) => headers[name] !== undefined);
    if (!header) return;
    this.#isProxyTold = true;
    this.#options.onUntrustedProxy(header, proxy);
  }

  /** Whether the page a request comes from may ask. Pages of this server's own origin always may; clients that are no browsers send no origin. */
  admitsOrigin(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    const { allowedOrigins } = this.#options;
    if (!origin || !allowedOrigins || allowedOrigins.includes(origin)) return true;
    if (URL.canParse(origin) && new URL(origin).host === host) return true;
    this.#options.audit.refused(
      { userId: undefined, address: this.addressOf(request), connectionId: undefined },
      { what: 'connect', target: origin },
      'ORIGIN_REFUSED',
    );
    return false;
  }

  /**
   * Counts a WebSocket until it is gone.
   * @returns counts it no longer
   * @throws TickroomError RATE_LIMIT_EXCEEDED
   */
  connect(address: string): () => void {
    try {
      return this.#options.limits.connect(address);
    } catch (error) {
      const actor = { userId: undefined, address, connectionId: undefined };
      this.#options.audit.refused(actor, { what: 'connect' }, refusalOf(error) ?? '');
      throw error;
    }
  }
}
