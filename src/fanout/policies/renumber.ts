import type { Positions, TopicPosition } from '../positions/positions.ts';
import type { Topic } from '../topics/topic.ts';

/**
 * Positions in stored topics as places in the numbering of now.
 * @returns undefined: they are places in it as they are
 * @throws when the store cannot be reached
 */
export async function renumber(
  topics: readonly Pick<Topic, 'name' | 'latest' | 'head'>[],
  positions: Positions,
): Promise<Positions | undefined> {
  const found = await Promise.all(topics.map((topic) => renumberOne(topic, positions.get(topic.name))));
  if (found.every((position) => position === undefined)) return undefined;
  const changed = new Map(positions);
  for (const [i, { name }] of topics.entries()) {
    const position = found[i];
    if (position) changed.set(name, position);
  }
  return changed;
}

async function renumberOne(
  topic: Pick<Topic, 'latest' | 'head'>,
  position: TopicPosition | undefined,
): Promise<TopicPosition | undefined> {
  const { latest } = topic;
  if (!latest || !position) return undefined;
  // what another instance has handed out may not have been heard of here: then the store knows of it
  if (position.epoch === latest.epoch && position.sequence <= latest.sequence) return undefined;
  const stored = await topic.head();
  if (!stored) return undefined;
  const isSame = position.epoch === stored.epoch;
  if (isSame && position.sequence <= stored.sequence) return undefined;
  // both numberings have the events up to the start of the newer one; ahead of a head there is nothing to go on from
  const common = Math.min(position.sequence, isSame ? stored.sequence : stored.epochStart);
  // the last event comes again, so that the client learns at once that its numbers no longer hold
  const repeated = Math.max(0, stored.sequence - 1);
  return { epoch: stored.epoch, sequence: Math.min(common, repeated) };
}
