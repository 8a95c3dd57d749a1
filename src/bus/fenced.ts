import { TickroomError } from '../errors.ts';

/**
 * An event was refused because whoever published it no longer leads: somebody with a higher fencing token does. Nothing
 * was numbered or told.
 */
export class FencedError extends TickroomError {
  constructor() {
    super('SERVICE_UNAVAILABLE', 'Another instance leads the market now: nothing was taken; send it again.', {
      reason: 'LEADER_CHANGED',
    });
  }
}
