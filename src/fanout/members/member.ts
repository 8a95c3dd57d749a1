import type { Notice } from '../notices/notice.ts';
import type { SharedPayload } from '../payload/shared-payload.ts';
import type { ResumeNote, TopicPosition } from '../positions/positions.ts';

/** One subscription of one connection. */
export interface Member {
  readonly outbox: MemberOutbox;
  /** the member's own start of every frame */
  readonly prefix: string;
  /** one for each topic; empty once it has left */
  readonly links: Link[];
  /** Whether what its peer confirmed is remembered, so that its client continues from there. */
  readonly isResumable: boolean;
  /** what its first frame still has to say about the resumption */
  resume: ResumeNote | undefined;
  /** the resumption was passed to the outbox as a notice */
  isResumeReported: boolean;
  /** the client's id of its operation; null: the transport gives none */
  readonly operationId: string | null;
}

/** One member's place in one channel. Plain fields: a delivery touches nothing else. */
export interface Link {
  readonly member: Member;
  readonly channel: LinkChannel;
  readonly policy: LinkPolicy;
  /** own index in the links of the channel, for removal without a search */
  position: number;
  /** LATEST: the index of its waiting frame in the outbox; -1: none waits */
  slot: number;
  /** CATCH_UP: a marker waits in the outbox instead of frames. REPLAY: it is, or will be, brought up from the store. */
  behind: boolean;
  /** the sequence of the last frame written; REPLAY: queued */
  sent: number;
  /** EVERY and REPLAY: the sequence up to which the peer is known to have everything, in the epoch of the channel */
  confirmed: number;
  /**
   * Takes the place of `confirmed` while the peer is known to have nothing newer: a position of an earlier epoch, or one
   * from which the member could not continue and was not told so yet.
   */
  older: TopicPosition | undefined;
  /** what the next frame says beside its event */
  note: LinkNote | undefined;
}

export interface LinkNote {
  /** EVERY: sequences dropped since the last frame written */
  gap?: { from: number; to: number } | undefined;
  /** of the member's first frame; whichever link is first says it */
  resume?: ResumeNote | undefined;
}

/** What a link knows of its channel. */
export interface LinkChannel {
  /** the name of its topic */
  readonly name: string;
  /** of its newest event */
  readonly epoch: string;
}

/** What becomes of frames that cannot be written yet: the delivery policy as the outbox and the wire use it. */
export interface LinkPolicy {
  /** Frames count against the bound of the outbox, and their arrival matters. */
  readonly isQueued: boolean;
  /** Frames can be dropped when the outbox is full; the loss is reported as a gap. */
  readonly isDroppable: boolean;
  /** `link.sent` is set when a frame is queued instead of when it is written. */
  readonly countsQueued: boolean;
  /** A client can be told the id of a frame, to continue after it. */
  readonly eventId: 'OF_TOPIC' | 'OF_ALL_TOPICS' | undefined;
  /** Queues a frame. This is the whole cost of a delivery until the write. */
  offer(outbox: OutboxQueue, link: Link, payload: SharedPayload): void;
  /** The frame that takes the place of `MARKER` when it is written; undefined: the member misses nothing. */
  catchUp(link: Link): SharedPayload | undefined;
  /** Queues what a link that is behind has missed, now or later. */
  replay(link: Link): void;
  /** Tells a link its new index in the outbox. */
  moved(link: Link, index: number): void;
}

/** What policies do with the queue of a connection. */
export interface OutboxQueue {
  /** Frames that wait. */
  readonly length: number;
  /** The peer has taken nothing since then, in ms of `performance.now()`; 0: it keeps up. */
  readonly stalledSince: number;
  /** Whether the bound of queued frames is reached; writes what can be written before it says so. */
  isFull(): boolean;
  push(link: Link, payload: SharedPayload): void;
  /** Queues a frame that counts against the bound. */
  pushQueued(link: Link, payload: SharedPayload): void;
  /** Queues a frame that counts, and whose event is stored: a client that lost it can have it again. */
  pushStored(link: Link, payload: SharedPayload): void;
  /** Replaces a waiting frame by a newer one. */
  replace(index: number, payload: SharedPayload): void;
  /** Counts a frame that is left out, since a newer one will be written. */
  conflate(): void;
  dropOldestHalf(): void;
  /** REPLAY: the link gets its frames by `policy.replay` until it has caught up. */
  fallBehind(link: Link): void;
}

/** What channels and policies do with the outbox of a member. */
export interface MemberOutbox extends OutboxQueue {
  /**
   * REPLAY: queues what a link that is behind has missed.
   * @param upTo with these frames the member has everything up to this sequence
   * @param isLive it has caught up, and takes offers again
   */
  replayed(link: Link, payloads: readonly SharedPayload[], upTo: number, isLive: boolean): void;
  /** Passes a notice on at once, whatever waits. */
  notify(notice: Notice): void;
  /** Writes what waits, as far as the peer takes it. */
  flush(): void;
  /** Forgets what waits for one member. */
  discard(member: Member): void;
}
