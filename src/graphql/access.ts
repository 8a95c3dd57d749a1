import { HOW_TO_SIGN_IN } from '../auth/require-viewer.ts';
import { type AccountRole, hasRole, type Viewer } from '../auth/viewer.ts';
import { TickroomError } from '../errors.ts';
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

/** @throws TickroomError AUTH_REQUIRED when this server gives market data only to those who signed in */
export function requireMarketData(context: Context): void {
  if (context.services.anonymousMarketData || context.viewer) return;
  throw new TickroomError('AUTH_REQUIRED', `Market data needs a token on this server: ${HOW_TO_SIGN_IN}.`);
}
