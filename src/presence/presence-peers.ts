export interface Peer {
  /** Known, but no heartbeat received yet: undefined. */
  beat: number | undefined;
  /** own heartbeats since its last message */
  silent: number;
}

/** The other instances that are alive, as far as this one knows. */
export class PresencePeers {
  readonly all = new Map<string, Peer>();

  /** A message of an instance came in. */
  hear(instance: string): { readonly peer: Peer; readonly isNew: boolean } {
    const known = this.all.get(instance);
    const peer = known ?? { beat: undefined, silent: 0 };
    peer.silent = 0;
    this.all.set(instance, peer);
    return { peer, isNew: !known };
  }

  /**
   * One more own heartbeat has passed.
   * @param patience heartbeats that an instance may be silent
   * @param isAway the bus is: then silence says nothing
   * @returns who has been silent for too long
   */
  age(patience: number, isAway: boolean): string[] {
    const dead: string[] = [];
    for (const [instance, peer] of this.all) {
      if (isAway) peer.silent = 0;
      else if (peer.silent >= patience) dead.push(instance);
      else peer.silent += 1;
    }
    return dead;
  }
}
