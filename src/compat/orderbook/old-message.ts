import { quoted, TickroomError } from '../../errors.ts';

/** What an old client may ask for. */
export type OldRequest =
  | { readonly action: 'subscribe' | 'unsubscribe'; readonly symbol: string }
  | { readonly action: 'ping' };

/** @throws TickroomError INVALID_INPUT, which says what is wrong */
export function readRequest(text: string): OldRequest {
  const message = parsed(text);
  const { action, symbol } = message;
  if (action === 'ping') return { action };
  if (action !== 'subscribe' && action !== 'unsubscribe') {
    throw invalid(`Unknown action: ${quoted(action)}. Send subscribe, unsubscribe or ping.`);
  }
  if (typeof symbol !== 'string' || symbol === '') {
    throw invalid(`Missing symbol: send {"action": "${action}", "symbol": "AAPL"}.`);
  }
  return { action, symbol };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // told below, as for JSON that is no object
  }
  throw invalid('Invalid JSON: send an object such as {"action": "subscribe", "symbol": "AAPL"}.');
}

/** An error as old clients read it, with our code beside. */
export const errorMessage = ({ code, message, details }: TickroomError): object => ({
  type: 'error',
  message,
  code,
  ...details,
});

const invalid = (message: string): TickroomError => new TickroomError('INVALID_INPUT', message);
