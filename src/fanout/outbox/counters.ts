/** What the engine did since the start. Plain numbers: they are counted on the hot path. */
export interface FanoutCounters {
  /** results of a selection that were encoded, one per group and event */
  executions: number;
  /** frames handed to sockets */
  sent: number;
  /** frames replaced by a newer one before they were written */
  conflated: number;
  /** frames of EVERY members dropped because the reader was too slow; each is reported in-band */
  dropped: number;
  /** subscriptions that went on where they were */
  resumed: number;
  /** events they were given that they had missed */
  replayed: number;
  /** subscriptions that could not go on where they were, at least not with everything */
  expired: number;
  /** readers closed because they were stuck */
  stuck: number;
}

export const newCounters = (): FanoutCounters => ({
  executions: 0,
  sent: 0,
  conflated: 0,
  dropped: 0,
  resumed: 0,
  replayed: 0,
  expired: 0,
  stuck: 0,
});
