/** Where a topic is in Redis. */
export interface TopicKeys {
  readonly position: string;
  readonly history: string;
  /** of events */
  readonly channel: string;
  readonly announcements: string;
}

/** One slot of a cluster for all that belongs to a topic. */
export function topicKeys(prefix: string, topic: string): TopicKeys {
  const base = `${prefix}:{${topic}}`;
  return {
    position: `${base}:position`,
    history: `${base}:history`,
    channel: `${base}:events`,
    announcements: `${base}:announcements`,
  };
}
