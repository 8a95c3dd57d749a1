import type { RoomAction } from '../../rooms/permissions.ts';
import { roomTopic } from '../../rooms/room-event.ts';
import type { Context } from '../context/context.ts';
import type { LiveSubscription } from './live-subscription.ts';

/** A client whose connection was lost comes back within seconds: until then nobody is told that it left. */
const LOST_HOLD_MS = 5000;
/** One that ends a subscription may begin another one at once, as a page does that is shown anew. */
const COMPLETE_HOLD_MS = 250;

/** How long the departure of a subscription's user is not told. Of somebody who was kicked it is told at once. */
function holdOf({ isLost, isEnded }: LiveSubscription): number {
  if (isLost) return LOST_HOLD_MS;
  return isEnded ? 0 : COMPLETE_HOLD_MS;
}

/**
 * Lets a subscription into a room: it is present there until it closes, and ends when its user may no longer do what
 * it does.
 * @throws TickroomError AUTH_REQUIRED, ROOM_NOT_FOUND, PERMISSION_DENIED
 */
export async function enterRoom(
  { viewer, connection, services }: Context,
  roomId: string,
  action: RoomAction,
  subscription: LiveSubscription,
): Promise<void> {
  // watched before it is asked, so that no change falls between
  const watch = services.access.watch(roomId, viewer?.id ?? '', (error) => subscription.end(error));
  subscription.onClose(() => watch.close());
  const access = await services.rooms.access(viewer, roomId, action).catch((error: unknown) => {
    // it may be tried again
    watch.close();
    throw error;
  });
  watch.confirm(access.role);
  if (!connection || subscription.closed) return;
  const leave = services.presence.enter(roomTopic(roomId), access.viewer.id, connection.id);
  subscription.onClose(() => leave(holdOf(subscription)));
}
