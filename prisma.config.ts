import { defineConfig } from 'prisma-cli/config';
import { embeddedUrl } from './src/storage/connection/database-url.ts';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: {
    url: process.env.DATABASE_URL || embeddedUrl(process.env.DATA_DIR || '.tickroom'),
  },
});
