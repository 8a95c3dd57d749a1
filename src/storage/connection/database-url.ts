import path from 'node:path';

const HOST = 'embedded';

/** Names the embedded database of a data folder, where Prisma's command line wants a URL. */
export const embeddedUrl = (dataDir: string): string =>
  `postgresql://${HOST}/${encodeURIComponent(path.resolve(dataDir, 'database'))}`;

/** The folder of the embedded database that a URL names; undefined: it names a PostgreSQL server. */
export function embeddedFolder(url: string): string | undefined {
  const { hostname, pathname } = new URL(url);
  return hostname === HOST ? decodeURIComponent(pathname.slice(1)) : undefined;
}
