import { isIP } from 'node:net';

const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;
const WITH_PORT = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[\d.]+))(?::\d+)?$/;

export interface AddressSource {
  readonly remoteAddress: string | undefined;
  /** the header X-Forwarded-For */
  readonly forwardedFor: string | readonly string[] | undefined;
}

/**
 * The address a request comes from.
 * @param proxies how many of our own it passed: so many entries of X-Forwarded-For, from its end, were written by them;
 * what stands before those is what anybody may claim
 */
export function addressOf({ remoteAddress, forwardedFor }: AddressSource, proxies: number): string {
  const peer = (remoteAddress ?? '').replace(MAPPED, '');
  if (proxies === 0 || !forwardedFor) return peer;
  const entries = String(forwardedFor).split(',');
  const named = entries[Math.max(0, entries.length - proxies)]?.trim() ?? '';
  const { v4, v6 } = WITH_PORT.exec(named)?.groups ?? {};
  const address = (v4 ?? v6 ?? named).replace(MAPPED, '');
  return isIP(address) ? address : peer;
}

/** Connections within this machine: its own proxies, benches and tests. */
export const isOwnMachine = (address: string): boolean => address === '::1' || address.startsWith('127.');

/** What is counted as one: with IPv6 everybody has a network of 2^64 addresses. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.toLowerCase().split('::') ?? [];
  const before = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
