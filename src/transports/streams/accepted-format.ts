import { EVENT_STREAM } from './event-stream-format.ts';
import { MULTIPART } from './multipart-format.ts';
import type { StreamFormat } from './stream-format.ts';

/**
 * How a subscription is answered that is asked for with a header Accept: as the first type in it that can be streamed.
 * Multipart answers exist in several forms that look alike, so only a client that names ours gets it.
 * @returns undefined: nothing in it can be streamed
 */
export function acceptedFormat(accept: string | null): StreamFormat | undefined {
  for (const entry of (accept ?? '*/*').toLowerCase().split(',')) {
    const [type, ...parameters] = entry.split(';').map((text) => text.trim());
    if (parameters.some((text) => /^q=0(\.0*)?$/.test(text))) continue;
    if (type === 'text/event-stream' || type === 'text/*' || type === '*/*') return EVENT_STREAM;
    if (type === 'multipart/mixed' && parameters.some((text) => /^subscriptionspec="?1\.0"?$/.test(text))) {
      return MULTIPART;
    }
  }
  return undefined;
}

/** Whether a request takes JSON, and so can be told by a status why it is refused. */
export const takesJson = (accept: string | null): boolean =>
  (accept ?? '*/*')
    .split(',')
    .map((type) => type.split(';', 1)[0]?.trim() ?? '')
    .some((type) => /^(\*\/\*|application\/(\*|json|graphql-response\+json))$/i.test(type));
