import { readFile } from 'node:fs/promises';
import { ConfigError } from '../config/config-error.ts';
import { TrustedDocuments } from '../graphql/execution/trusted-documents.ts';

/**
 * @param file JSON: an object of texts by id or hash; undefined: any document may run
 * @throws ConfigError with a sentence that says what the file must be
 */
export async function readTrustedDocuments(file: string | undefined): Promise<TrustedDocuments | undefined> {
  if (file === undefined) return undefined;
  const wrong = (why: string, cause?: unknown): ConfigError =>
    new ConfigError(
      `TRUSTED_DOCUMENTS must be a JSON file such as {"<id or hash>": "query …"}; ${file} ${why}.`,
      { cause },
    );
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw wrong('cannot be read', error);
  });
  const texts = parse(text, wrong);
  if (!isTexts(texts)) throw wrong('holds something else');
  return new TrustedDocuments(texts);
}

function parse(text: string, wrong: (why: string, cause?: unknown) => ConfigError): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong('is no JSON', error);
  }
}

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every((text) => typeof text === 'string');
