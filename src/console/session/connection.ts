/** How the WebSocket is, in words that can be shown as they are. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly resume: Resume | undefined }
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly retryAt: number }
  /** the server does not want this token; it is not tried again */
  | { readonly kind: 'refused'; readonly reason: string };

/** What the server said about what was missed while the connection was down. */
export interface Resume {
  /** false: something could not be replayed, and the state was sent anew */
  readonly recovered: boolean;
  /** messages that were missed and came late */
  readonly replayed: number;
}

/** `extensions.resume` of the first message of a resumed subscription. */
export function readResume(extensions: unknown): Resume | undefined {
  if (typeof extensions !== 'object' || extensions === null || !('resume' in extensions)) return undefined;
  const { resume } = extensions;
  if (typeof resume !== 'object' || resume === null || !('recovered' in resume)) return undefined;
  const replayed = 'replayed' in resume && typeof resume.replayed === 'number' ? resume.replayed : 0;
  return { recovered: resume.recovered === true, replayed };
}

/** What several resumed subscriptions say together. */
export const addResume = (known: Resume | undefined, more: Resume): Resume => ({
  recovered: (known?.recovered ?? true) && more.recovered,
  replayed: (known?.replayed ?? 0) + more.replayed,
});
