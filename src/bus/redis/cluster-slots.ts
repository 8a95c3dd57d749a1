import { type Cluster, Command } from 'ioredis';

/** The slot of a key or channel: of what is between its first braces. */
export const slotOf = (key: string): number => new Command('get', [key]).getSlot();

/** The nodes that take writes, as `host:port`. */
export function ownersOf({ slots }: Cluster): ReadonlySet<string> {
  const owners = new Set<string>();
  for (const [owner] of slots.filter(Boolean)) if (owner !== undefined) owners.add(owner);
  return owners;
}

const MAX_TAGS = 10_000;

/** Hash tags, one for each node that takes writes; none while nothing is known of the cluster. */
export function tagOfEachOwner(cluster: Cluster): readonly string[] {
  const missing = new Set(ownersOf(cluster));
  const tags: string[] = [];
  for (let tag = 0; missing.size > 0 && tag < MAX_TAGS; tag += 1) {
    const owner = cluster.slots[slotOf(String(tag))]?.[0];
    if (owner !== undefined && missing.delete(owner)) tags.push(String(tag));
  }
  return tags;
}
