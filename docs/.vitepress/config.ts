import { defineConfig } from 'vitepress';

const page = (text: string, link: string) => ({ text, link });

/** The site of the documentation: `npm run docs` builds it, `npm run docs:dev` serves it while you write. */
export default defineConfig({
  title: 'Tickroom',
  description: 'Real-time GraphQL server for market data and rooms',
  outDir: '../dist-docs',
  cacheDir: '../.cache/vitepress',
  // pages link to files of the repository, which are not part of the site; tests/docs/links.test.ts checks those links
  ignoreDeadLinks: [
    /^(\.\.?\/)+(examples|deploy|src|tests|SECURITY|CONTRIBUTING|README|CHANGELOG)/,
    /^http:\/\/127\.0\.0\.1/,
  ],
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      page('Getting started', '/getting-started'),
      page('Reference', '/reference/schema'),
      page('中文', '/getting-started.zh-CN'),
    ],
    sidebar: [
      {
        text: 'Start',
        items: [page('Getting started', '/getting-started'), page('快速上手', '/getting-started.zh-CN')],
      },
      {
        text: 'Guides',
        items: [
          page('Connecting a client', '/guides/clients'),
          page('Market data', '/guides/market-data'),
          page('Keeping an order book', '/guides/order-book'),
          page('Resuming', '/guides/resume'),
          page('Publishing', '/guides/publishing'),
          page('Rooms', '/guides/rooms'),
          page('Inbox and broadcasts', '/guides/inbox'),
          page('Typed operations', '/guides/codegen'),
          page('The console', '/guides/console'),
          page('Migrating', '/guides/migrating'),
          page('Feeds', '/feeds/README'),
        ],
      },
      {
        text: 'Operations',
        items: [
          page('Production', '/operations/production'),
          page('Cluster', '/operations/cluster'),
          page('Storage', '/operations/storage'),
          page('Outages', '/operations/outages'),
          page('Security', '/operations/security'),
          page('Upgrading', '/operations/upgrading'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('Protocol', '/reference/protocol'),
          page('Schema', '/reference/schema'),
          page('Configuration', '/reference/configuration'),
          page('Error codes', '/reference/errors'),
          page('Limits', '/reference/limits'),
        ],
      },
      {
        text: 'About',
        items: [
          page('Architecture', '/architecture'),
          page('Benchmarks', '/benchmarks'),
          page('Limitations', '/limitations'),
          page('Compatibility', '/compatibility'),
        ],
      },
    ],
  },
});
