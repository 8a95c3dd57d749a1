import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { type DocumentNode, GraphQLError } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Authenticate } from '../auth/authenticate.ts';
import { bearerToken } from '../auth/credentials.ts';
import { ERROR_CODES, type ErrorCode, TickroomError } from '../errors.ts';
import type { Operations } from '../graphql/operations.ts';
import { type EventStreamOptions, eventStreams } from './event-stream.ts';

export interface GraphqlHttpOptions extends EventStreamOptions {
  readonly authenticate: Authenticate;
  /** undefined: any origin */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly graphiql: boolean;
}

const FIRST_QUERY = `# Prices as they move: press play.
subscription Watch {
  streamData(symbols: ["600519", "AAPL", "HK.00700"]) {
    symbol
    price
    changePercent
    volume
    sequence
  }
}
`;

/** GraphQL over HTTP: queries, mutations, event streams and GraphiQL. */
export function graphqlHttp(options: GraphqlHttpOptions) {
  const { operations, authenticate, allowedOrigins } = options;
  return createYoga<{ req: IncomingMessage; res: ServerResponse }>({
    schema: operations.schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    batching: false,
    logging: false,
    // errors are formatted and masked in one place for all transports
    maskedErrors: { maskError: (error) => withStatus(operations.formatError(error)) },
    cors: corsOf(allowedOrigins),
    graphiql: options.graphiql && {
      title: 'Tickroom',
      subscriptionsProtocol: 'WS',
      defaultQuery: FIRST_QUERY,
    },
    renderGraphiQL,
    context: async ({ request }) => {
      const token = bearerToken(request.headers.get('authorization'));
      const viewer = token === undefined ? null : await authenticate(token);
      return operations.contextOf({ viewer, connection: undefined });
    },
    plugins: [checkedDocuments(operations), eventStreams(options)],
  });
}

/** Documents are parsed and validated by the same cache that WebSocket operations use. */
function checkedDocuments({ documents, formatError }: Operations): Plugin {
  const errorsOf = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string) => {
        const { document, errors } = documents.check(String(source));
        if (!document) throw errors[0];
        errorsOf.set(document, errors);
        return document;
      });
    },
    onValidate({ params, setResult }) {
      const errors = errorsOf.get(params.documentAST);
      // coded before Yoga sees them, which writes a code of its own into those that have none
      if (errors) setResult(errors.map(formatError));
    },
  };
}

/** An empty list must become no CORS at all: Yoga takes one without origins for "any". */
function corsOf(allowedOrigins: readonly string[] | undefined) {
  if (!allowedOrigins) return { origin: '*' };
  return allowedOrigins.length > 0 && { origin: [...allowedOrigins], credentials: true };
}

/** A refusal of the whole request also shows in the HTTP status. */
function withStatus(error: GraphQLError): GraphQLError {
  const code = error.extensions.code as ErrorCode;
  if (error.path || error.extensions.http || !(error.originalError instanceof TickroomError)) return error;
  const { status } = ERROR_CODES[code];
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { ...error.extensions, http: { status } },
  });
}
