import { EventEmitter } from 'node:events';
import type { Cluster, Redis } from 'ioredis';
import { ownersOf, slotOf } from './cluster-slots.ts';
import { answered } from './redis-answers.ts';

export interface ClusterSubscriberOptions {
  /** Knows which node has which slot. */
  readonly cluster: Cluster;
  /** A connection to a node, `host:port`, that is made again by itself and subscribes to nothing by itself. */
  readonly connect: (node: string) => Redis;
  readonly onError: (error: unknown) => void;
}

interface Channel {
  readonly name: string;
  readonly slot: number;
  /** the node that was asked for it; undefined: none is known to have it */
  node: string | undefined;
  /** whoever waits for it hears of it once */
  onSubscribed: (() => void) | undefined;
}

const REFRESH_MS = 100;

/**
 * Sharded subscriptions: one connection to each node, and each channel at the node that has its slot; it goes where its
 * slot goes. Looks like a client of one Redis, as far as RedisPubSub uses one. ioredis has such a thing too, which
 * keeps to itself when it connects anew and which subscriptions it failed to make again: then nothing would be fetched.
 * Emits `message`, and `ready` when subscriptions were sent anew.
 */
export class ClusterSubscriber extends EventEmitter {
  readonly #cluster: Cluster;
  readonly #connect: (node: string) => Redis;
  readonly #onError: (error: unknown) => void;
  readonly #nodes = new Map<string, Redis>();
  readonly #channels = new Map<string, Channel>();
  #refreshing: NodeJS.Timeout | undefined;

  constructor({ cluster, connect, onError }: ClusterSubscriberOptions) {
    super();
    this.#cluster = cluster;
    this.#connect = connect;
    this.#onError = onError;
    cluster.on('refresh', () => this.#follow());
  }

  subscribe(name: string, onSubscribed: () => void): void {
    const channel: Channel = { name, slot: slotOf(name), node: undefined, onSubscribed };
    this.#channels.set(name, channel);
    this.#place(channel);
  }

  unsubscribe(name: string): void {
    const channel = this.#channels.get(name);
    this.#channels.delete(name);
    if (channel) this.#leave(channel);
  }

  /** RedisPubSub ends a channel as a pattern too, which it never was. */
  punsubscribe(): void {}

  /** Resolves when all subscriptions that were sent stand; nodes that are away emit `ready` once they are back. */
  async settled(): Promise<void> {
    await Promise.all([...this.#nodes.values()].filter(isReady).map((node) => node.ping()));
  }

  /** @throws when a node does not answer in time */
  async probe(): Promise<void> {
    await Promise.all([...this.#nodes.values()].map(answered));
  }

  disconnect(): void {
    clearTimeout(this.#refreshing);
    this.#channels.clear();
    for (const node of this.#nodes.values()) node.disconnect();
    this.#nodes.clear();
  }

  /** Goes where the slots are now. */
  #follow(): void {
    const owners = ownersOf(this.#cluster);
    for (const owner of owners) if (!this.#nodes.has(owner)) this.#open(owner);
    const moved = [...this.#channels.values()].filter((channel) => this.#place(channel));
    for (const [name, node] of this.#nodes) {
      if (owners.has(name)) continue;
      this.#nodes.delete(name);
      node.disconnect();
    }
    if (moved.length > 0) this.emit('ready');
  }

  #open(name: string): void {
    const node = this.#connect(name);
    this.#nodes.set(name, node);
    node.on('error', (error: Error) => {
      if (isAboutMove(error)) this.#refreshSoon();
      else this.#onError(error);
    });
    node.on('smessage', (channel: string, text: string) => this.emit('message', channel, text));
    node.on('ready', () => {
      for (const channel of this.#channels.values()) if (channel.node === name) this.#ask(channel, node);
      this.emit('ready');
    });
  }

  /** @returns whether another node was asked for it; where none is known, the next refresh may know one */
  #place(channel: Channel): boolean {
    const owner = this.#cluster.slots[channel.slot]?.[0];
    const node = owner === undefined ? undefined : this.#nodes.get(owner);
    if (!node || channel.node === owner) return false;
    this.#leave(channel);
    channel.node = owner;
    this.#ask(channel, node);
    return true;
  }

  #leave({ name, node }: Channel): void {
    // where that fails, the connection is gone and the subscription with it
    if (node !== undefined)
      this.#nodes
        .get(node)
        ?.sunsubscribe(name)
        .catch(() => {});
  }

  #ask(channel: Channel, node: Redis): void {
    const asked = channel.node;
    node.ssubscribe(channel.name).then(
      () => {
        channel.onSubscribed?.();
        channel.onSubscribed = undefined;
      },
      (error: unknown) => {
        if (channel.node !== asked || this.#channels.get(channel.name) !== channel) return;
        // the slot has gone elsewhere, or nobody has it at the moment
        if (!(error instanceof Error && error.message.startsWith('MOVED'))) this.#onError(error);
        channel.node = undefined;
        this.#refreshSoon();
      },
    );
  }

  #refreshSoon(): void {
    this.#refreshing ??= setTimeout(() => {
      this.#refreshing = undefined;
      this.#cluster.refreshSlotsCache();
    }, REFRESH_MS);
  }
}

const isReady = ({ status }: Redis): boolean => status === 'ready';

/** A node that gives a slot away ends its subscriptions; ioredis complains that nobody has asked for that. */
const isAboutMove = ({ message }: Error): boolean =>
  message.startsWith('Command queue state error') && message.includes('sunsubscribe');
