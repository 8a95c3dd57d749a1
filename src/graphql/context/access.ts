import { HOW_TO_SIGN_IN } from '../../auth/require-viewer.ts';
import { type AccountRole, hasRole, type Viewer } from '../../auth/viewer.ts';
import { TickroomError } from '../../errors.ts';
import type { Context } from './context.ts';

/** @throws TickroomError AUTH_REQUIRED when anonymous, PERMISSION_DENIED without the role */
export function requireRole(context: Context, role: AccountRole): Viewer {
  const { viewer } = context;
  if (!viewer) throw new TickroomError('AUTH_REQUIRED', `This needs the ${role} role: ${HOW_TO_SIGN_IN}.`);
  if (!hasRole(viewer, role)) {
    throw new TickroomError(
      'PERMISSION_DENIED',
      `This needs the ${role} role, which your token does not carry.`,
    );
  }
  return viewer;
}

/** @throws TickroomError AUTH_REQUIRED when only those who signed in may read market data and figures of this server */
export function requireReader(context: Context): void {
  if (context.services.anonymousReads || context.viewer) return;
  throw new TickroomError('AUTH_REQUIRED', `Reading this needs a token on this server: ${HOW_TO_SIGN_IN}.`);
}
