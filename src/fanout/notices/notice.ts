/** Something a subscriber should know that is not an event: missed events, how a subscription went on, a new numbering. */
export interface Notice {
  /** The same as in `extensions` of the message that says it in-band, so that a client which reads both counts it once. */
  readonly id: string;
  readonly kind: 'GAP' | 'RESUME' | 'EPOCH_CHANGED';
  /** null: it is about all topics of the operation */
  readonly topic: string | null;
  /** sequence of the first missed event; null: not known */
  readonly from: number | null;
  /** sequence of the last missed event; null: not known */
  readonly to: number | null;
  /** as in `extensions.gap` and `extensions.resume`; null: nothing is missing */
  readonly reason: string | null;
  /** whether a subscription that came back has everything; null: it is no resumption, or that is not known yet */
  readonly recovered: boolean | null;
  /** missed events that are sent again; null: it is no resumption, or that is not known yet */
  readonly replayed: number | null;
  /** the client's id of the operation; null: the transport gives none */
  readonly operationId: string | null;
}
