import { createHash } from 'node:crypto';
import { TickroomError } from '../../errors.ts';

/** A request's document: its text, its name, or both. */
export interface DocumentRequest {
  readonly query?: unknown;
  /** The name that a document was trusted under. */
  readonly documentId?: unknown;
  /** `persistedQuery.sha256Hash` names a document too, as Apollo's clients do. */
  readonly extensions?: unknown;
}

/** The only documents that a server takes, by their names and by the SHA-256 of their texts. */
export class TrustedDocuments {
  readonly #byName = new Map<string, string>();

  /** @param texts by name: an id or a hash of any kind, as code generators write them */
  constructor(texts: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(texts)) {
      this.#byName.set(nameOnly(name), text);
      this.#byName.set(createHash('sha256').update(text).digest('hex'), text);
    }
  }

  /** undefined: it is none of them */
  find(name: string): string | undefined {
    return this.#byName.get(nameOnly(name));
  }
}

/**
 * The text to run.
 * @param trusted undefined: any document may run
 * @throws TickroomError PERMISSION_DENIED for a document that is not trusted, INVALID_INPUT for a name where none are kept
 */
export function documentText(request: DocumentRequest, trusted: TrustedDocuments | undefined): string {
  const name = nameIn(request);
  const query = typeof request.query === 'string' ? request.query : '';
  if (!trusted) {
    if (query !== '' || name === undefined) return query;
    throw new TickroomError(
      'INVALID_INPUT',
      'This server keeps no documents by name: send the text, as query.',
    );
  }
  const text = trusted.find(name ?? createHash('sha256').update(query).digest('hex'));
  if (text !== undefined) return text;
  throw new TickroomError(
    'PERMISSION_DENIED',
    `This server runs trusted documents only, and ${name === undefined ? 'this text is' : `"${name.slice(0, 100)}" names`} none of them. Send documentId or extensions.persistedQuery.sha256Hash of one that it was started with.`,
  );
}

function nameIn({ documentId, extensions }: DocumentRequest): string | undefined {
  if (typeof documentId === 'string' && documentId !== '') return documentId;
  const hash = memberOf(memberOf(extensions, 'persistedQuery'), 'sha256Hash');
  return typeof hash === 'string' && hash !== '' ? hash : undefined;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Some write `sha256:` before a hash. */
const nameOnly = (name: string): string => name.replace(/^sha256:/, '');
