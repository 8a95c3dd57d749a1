const JSON_TYPES = 'application/json or application/graphql-response+json';

/** Why a request is answered with 406. */
export const NOT_ACCEPTABLE = `Nothing that the header Accept names can be answered: accept ${JSON_TYPES} for queries and mutations, and text/event-stream for subscriptions.`;
