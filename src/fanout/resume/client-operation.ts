/** What is known of a client by its connection. */
export interface ClientConnection {
  /** given by the server */
  readonly id: string;
  /** what the client calls itself in `connection_init`; undefined: nothing */
  readonly session: string | undefined;
  /** a digest of its newest token */
  readonly token: string;
}

/** An operation as its client names it. */
export interface ClientOperation {
  readonly userId: string;
  /** the client's id of the operation, unique per connection only */
  readonly operationId: string;
  readonly connection: ClientConnection;
}

/** Under which key the progress of an operation is kept. */
export interface OperationKey {
  readonly key: string;
  /** The key is of one client and no other. False: it is of one connection, and is found by what it was subscribed to. */
  readonly isSession: boolean;
}

/** With or without its dashes: https://www.rfc-editor.org/rfc/rfc9562#section-5.4 */
const UUID_V4 =
  /^[0-9a-f]{8}(?<dash>-?)[0-9a-f]{4}\k<dash>4[0-9a-f]{3}\k<dash>[89ab][0-9a-f]{3}\k<dash>[0-9a-f]{12}$/i;
/** The alphabet of nanoid, and of base64url; 21 characters are 126 bits. */
const LONG = /^[\w-]{21,}$/;
const HEXADECIMAL = /^[0-9a-f]+$/i;
/** Of random text about every second character is of another kind than the one before; words and numbers have runs. */
const LEAST_CHANGES = 0.3;
const LEAST_DIFFERENT = 10;

export function keyOf({ operationId, connection }: ClientOperation): OperationKey {
  const { session } = connection;
  if (session !== undefined) {
    return { key: `session:${JSON.stringify([session, operationId])}`, isSession: true };
  }
  if (isRandomId(operationId)) return { key: operationId, isSession: true };
  return { key: `connection:${JSON.stringify([connection.id, operationId])}`, isSession: false };
}

/**
 * Whether an operation id was drawn at random, so that no other client has it: a v4 UUID, or at least 21 characters that
 * look random. Counters, times and words do not: several clients may use the same ones.
 */
export function isRandomId(id: string): boolean {
  if (UUID_V4.test(id)) return true;
  if (!LONG.test(id)) return false;
  const characters = [...id.replace(/[_-]/g, '')];
  if (new Set(characters).size < LEAST_DIFFERENT) return false;
  const kinds = characters.map(kindOf);
  // 32 hexadecimal digits are a UUID without its dashes
  if (HEXADECIMAL.test(id) && id.length >= 32 && new Set(kinds).size > 1) return true;
  const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
  return changes >= LEAST_CHANGES * (characters.length - 1);
}

function kindOf(character: string): 'digit' | 'upper' | 'lower' {
  if (character >= '0' && character <= '9') return 'digit';
  return character >= 'A' && character <= 'Z' ? 'upper' : 'lower';
}
