import type { Bus } from '../../src/bus/bus.ts';
import { MemoryBus } from '../../src/bus/memory/memory-bus.ts';
import type { Execution, GroupRules } from '../../src/fanout/groups/group-rules.ts';
import { Hub, type HubOptions } from '../../src/fanout/hub.ts';
import type { Outbox } from '../../src/fanout/outbox/outbox.ts';
import type { Batch, Sink } from '../../src/fanout/outbox/sink.ts';
import { eventProjection } from '../../src/fanout/payload/event-projection.ts';
import { nextPrefix, type SharedPayload } from '../../src/fanout/payload/shared-payload.ts';
import type { OpenTopic } from '../../src/fanout/topics/open-topic.ts';

export interface Message {
  readonly id: string;
  readonly type: 'next';
  readonly payload: { data: { n: number }; extensions?: { gap?: unknown; resume?: unknown } };
}

/** A peer whose reading can be paused, and who keeps the shared bytes it was given. */
export class Peer implements Sink {
  ready = true;
  readonly messages: Message[] = [];
  readonly payloads: SharedPayload[] = [];
  outbox: Outbox | undefined;

  send({ links, payloads }: Batch, from: number): number {
    for (let i = from; i < links.length; i += 1) {
      const payload = payloads[i];
      if (!payload) break;
      this.payloads.push(payload);
      this.messages.push(JSON.parse(`${links[i]?.member.prefix}${payload.json}}`));
    }
    return links.length - from;
  }

  pause(): void {
    this.ready = false;
  }

  resume(): void {
    this.ready = true;
    this.outbox?.resume();
  }

  get values(): number[] {
    return this.messages.map(({ payload }) => payload.data.n);
  }
}

export const openOnBus =
  (bus: Bus): OpenTopic =>
  async (topic, onEvent) => {
    const close = await bus.subscribe(topic, onEvent);
    return { latest: await bus.latest(topic), close };
  };

export interface JoinOptions extends Partial<Omit<GroupRules, 'open'>> {
  execute?: Execution['execute'];
  key?: string;
  topics?: string[];
  after?: number;
  peer?: Peer;
  id?: string;
  epoch?: string;
}

/** A hub over a real in-process bus; its selection is `{ n }` and its executions are counted. */
export function startHub(options: Partial<HubOptions> = {}) {
  const bus = new MemoryBus();
  const hub = new Hub({ openTopic: openOnBus(bus), ...options });
  const executed: unknown[] = [];
  const select: Execution['execute'] = (payload) => {
    executed.push(payload);
    return { data: { n: (payload as { payload: { n: number } }).payload.n } };
  };
  const rules: Omit<GroupRules, 'open'> = {
    policy: 'LATEST',
    onlyChanges: false,
    minIntervalMs: 0,
    project: () => eventProjection,
  };
  const join = async ({
    key = 'k',
    topics = ['t'],
    after,
    peer = new Peer(),
    id = 'op',
    epoch = '',
    execute = select,
    ...own
  }: JoinOptions = {}) => {
    const outbox = peer.outbox ?? hub.openOutbox(peer);
    peer.outbox = outbox;
    const member = await hub.join({
      key,
      topics,
      resume:
        after === undefined
          ? undefined
          : { positions: new Map(topics.map((topic) => [topic, { epoch, sequence: after }])) },
      outbox,
      prefix: nextPrefix(id),
      rules: { ...rules, ...own, open: () => ({ execute, close: () => {} }) },
    });
    return { peer, member, leave: () => hub.leave(member) };
  };
  return {
    bus,
    hub,
    executed,
    join,
    [Symbol.dispose]: () => hub.dispose(),
  };
}

/** Lets the flusher write what is due. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
