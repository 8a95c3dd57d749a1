import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILE = 'signing-key';
/** of a key for HS256: https://www.rfc-editor.org/rfc/rfc7518#section-3.2 */
const MIN_BYTES = 32;

/**
 * The development signing key: made at first use and kept in the data folder, readable by its owner only.
 * Two processes that start at once end with the same key.
 */
export async function developmentKey(dataDir: string): Promise<Uint8Array> {
  const file = path.join(dataDir, FILE);
  const known = await read(file);
  if (known) return known;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(own, randomBytes(32).toString('base64url'), { mode: 0o600 });
  try {
    // a link appears whole or not at all, and fails when another process was first
    await link(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(own);
  }
  const made = await read(file);
  if (!made) throw new Error(`${file} could not be read back.`);
  return made;
}

async function read(file: string): Promise<Uint8Array | undefined> {
  try {
    const key = await readFile(file);
    if (key.length < MIN_BYTES) throw new Error(`${file} is damaged: delete it, and a new one is made.`);
    return new Uint8Array(key);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The key that tokens are signed with: the configured secret, or in development one of our own. */
export async function signingKey(config: {
  authSecret: string | undefined;
  dataDir: string;
}): Promise<Uint8Array> {
  return config.authSecret ? new TextEncoder().encode(config.authSecret) : developmentKey(config.dataDir);
}

/** The same, without making one; undefined: there is no development key yet, so no server takes tokens of it. */
export async function existingSigningKey(config: {
  authSecret: string | undefined;
  dataDir: string;
}): Promise<Uint8Array | undefined> {
  return config.authSecret ? signingKey(config) : read(path.join(config.dataDir, FILE));
}
