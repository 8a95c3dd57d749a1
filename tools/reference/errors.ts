import { ERROR_CODES } from '../../src/errors.ts';
import { code, generated, table } from './markdown.ts';

/** The page of error codes. */
export const errorsPage = (): string => `# Error codes

${generated('src/errors.ts')}

\`extensions.code\` of an error is one of these, and \`message\` says what to do next. "Retry" says whether the same request may
succeed later. The HTTP status is that of a request whose only result is the error.

${table(
  ['code', 'HTTP', 'meaning', 'what to do', 'retry'],
  Object.entries(ERROR_CODES).map(([name, { status, meaning, advice, retry }]) => [
    code(name),
    String(status),
    meaning,
    advice,
    retry ? 'yes' : 'no',
  ]),
)}

An error ends its operation, not the WebSocket. When the server closes a WebSocket, and with which code, is in
[the protocol](protocol.md#close-codes).
`;
