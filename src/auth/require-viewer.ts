import { TickroomError } from '../errors.ts';
import type { Viewer } from './viewer.ts';

export const HOW_TO_SIGN_IN =
  'send a token as "Authorization: Bearer …" over HTTP, or as {"authorization": "Bearer …"} in connection_init';

/** @throws TickroomError AUTH_REQUIRED when anonymous */
export function requireViewer(viewer: Viewer | null): Viewer {
  if (viewer) return viewer;
  throw new TickroomError('AUTH_REQUIRED', `This needs to know who you are: ${HOW_TO_SIGN_IN}.`);
}
