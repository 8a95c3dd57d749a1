import type { Plugin } from 'graphql-yoga';

const JSON_TYPES = 'application/json or application/graphql-response+json';
const NOT_ACCEPTABLE = JSON.stringify({
  errors: [
    {
      message: `Nothing that the header Accept names can be answered: accept ${JSON_TYPES} for queries and mutations, and text/event-stream for subscriptions.`,
      extensions: { code: 'INVALID_INPUT' },
    },
  ],
});

/** What Yoga leaves open: why nothing can be answered, and that event streams are not to be held back. */
export const responseHeaders: Plugin = {
  onResponse({ response, setResponse, fetchAPI }) {
    const { headers, status } = response;
    // nginx collects answers before it passes them on: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
    if (headers.get('content-type')?.startsWith('text/event-stream')) headers.set('x-accel-buffering', 'no');
    if (status !== 406) return;
    const type = { 'content-type': 'application/json; charset=utf-8' };
    setResponse(
      new fetchAPI.Response(NOT_ACCEPTABLE, { status, headers: { ...Object.fromEntries(headers), ...type } }),
    );
  },
};
