import type { Plugin } from 'graphql-yoga';
import { NOT_ACCEPTABLE } from '../not-acceptable.ts';

const BODY = JSON.stringify({
  errors: [{ message: NOT_ACCEPTABLE, extensions: { code: 'INVALID_INPUT' } }],
});

/** What Yoga leaves open: why nothing can be answered. */
export const notAcceptableAnswer: Plugin = {
  onResponse({ response, setResponse, fetchAPI }) {
    const { headers, status } = response;
    if (status !== 406) return;
    const type = { 'content-type': 'application/json; charset=utf-8' };
    setResponse(
      new fetchAPI.Response(BODY, { status, headers: { ...Object.fromEntries(headers), ...type } }),
    );
  },
};
