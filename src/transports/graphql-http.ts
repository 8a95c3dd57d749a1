import type { IncomingMessage, ServerResponse } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { type DocumentNode, GraphQLError } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Authenticate } from '../auth/authenticate.ts';
import { bearerToken } from '../auth/credentials.ts';
import { ERROR_CODES, type ErrorCode, TickroomError } from '../errors.ts';
import type { Operations } from '../graphql/operations.ts';
import { type EventStreamOptions, eventStreams } from './event-stream.ts';
import { requestGuard, withSize } from './request-guard.ts';

export interface GraphqlHttpOptions extends EventStreamOptions {
  readonly authenticate: Authenticate;
  /** undefined: any origin */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly graphiql: boolean;
  /** largest request body taken */
  readonly maxPayloadBytes: number;
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
    maxRequestBodySize: options.maxPayloadBytes,
    // documents are kept once for all transports, and by weight
    parserAndValidationCache: false,
    multipart: false,
    extraParamNames: ['documentId'],
    logging: false,
    // errors are formatted and masked in one place for all transports
    maskedErrors: {
      maskError: (error) => withStatus(withSize(operations.formatError(error), options.maxPayloadBytes)),
    },
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
    plugins: [
      requestGuard(allowedOrigins),
      namedDocuments(operations),
      checkedOperations(operations),
      eventStreams(options),
    ],
  });
}

/** A document may be named instead of being sent. To be put before whatever looks at documents. */
function namedDocuments(operations: Operations): Plugin {
  return {
    onParams({ params, request, setParams }) {
      // Yoga refuses it
      if (params.query !== undefined && typeof params.query !== 'string') return;
      const documentId: unknown = Reflect.get(params, 'documentId') ?? documentIdInUrl(request);
      const query = operations.textOf({ ...params, documentId });
      if (query !== '' && query !== params.query) setParams({ ...params, query });
    },
  };
}

const documentIdInUrl = ({ method, url }: Request): string | null =>
  method === 'GET' ? new URL(url, 'http://localhost').searchParams.get('documentId') : null;

/** Operations pass the same checks as those over WebSocket, and run the same way. */
function checkedOperations(operations: Operations): Plugin {
  const { documents, formatError } = operations;
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
      // new ones each time: Yoga writes into them, and the cache's are everybody's
      if (errors) setResult(errors.map(formatError));
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn(operations.execute.bind(operations));
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
