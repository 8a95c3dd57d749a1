import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DocumentNode, GraphQLError } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Authenticate } from '../../auth/authenticate.ts';
import { bearerToken } from '../../auth/credentials.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { meantError } from '../../graphql/context/format-error.ts';
import type { Operations } from '../../graphql/operations.ts';
import type { CountedConnection } from '../../limits/limits.ts';
import type { Admission } from '../admission.ts';
import { withStatus } from '../http-errors.ts';
import { liveStreams } from '../streams/live-streams.ts';
import { StreamBodies } from '../streams/response-body.ts';
import { type SharedEventStreamsOptions, sharedEventStreams } from '../streams/shared-event-streams.ts';
import { streamAnswers } from '../streams/stream-answers.ts';
import { notAcceptableAnswer } from './not-acceptable-answer.ts';
import { requestGuard, withSize } from './request-guard.ts';
import { sendResponse } from './send-response.ts';

export interface GraphqlHttpOptions extends SharedEventStreamsOptions {
  readonly authenticate: Authenticate;
  readonly admission: Admission;
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

/** Answers one HTTP request. Rejects with what is unexpected; then the answer was not finished. */
export type AnswerHttp = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** GraphQL over HTTP: queries, mutations, streamed subscriptions and GraphiQL. */
export function graphqlHttp(options: GraphqlHttpOptions): AnswerHttp {
  const { operations, allowedOrigins } = options;
  const entry = entryOf(options);
  const bodies = new StreamBodies();
  const shared = sharedEventStreams(options, bodies);
  const yoga = createYoga<{ req: IncomingMessage; res: ServerResponse }>({
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
      // so that what is in its Headers tab goes with subscriptions too: WebSockets of browsers have no headers
      subscriptionsProtocol: 'SSE',
      defaultQuery: FIRST_QUERY,
    },
    // its module has 9 MB, which took a third of the time of a start
    renderGraphiQL: async (graphiql) =>
      (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(graphiql),
    context: ({ request, req }) =>
      operations.contextOf({
        viewer: entry.viewerOf(request),
        connection: undefined,
        address: options.admission.addressOf(req),
      }),
    plugins: [
      requestGuard(allowedOrigins),
      shared.requests,
      namedDocuments(operations),
      entry.plugin,
      checkedOperations(operations),
      liveStreams(options, bodies),
      streamAnswers(bodies),
      shared.results,
      notAcceptableAnswer,
    ],
  });
  return async (req, res) => {
    const response = await yoga.handleNodeRequestAndResponse(req, res, { req, res });
    await sendResponse(response, res, bodies.get(res));
  };
}

type ServerContext = { readonly req: IncomingMessage; readonly res: ServerResponse };

/** Who asks, and whether they may ask so much: known before a document is looked at. */
function entryOf({ operations, authenticate, admission, limits }: GraphqlHttpOptions) {
  const viewers = new WeakMap<Request, Viewer | null>();
  const connections = new WeakMap<object, CountedConnection>();

  /** Behind a proxy those of many share one. */
  const connectionOf = ({ socket }: IncomingMessage): CountedConnection | undefined => {
    if (admission.trustProxy > 0) return undefined;
    const known = connections.get(socket) ?? { allowance: undefined };
    connections.set(socket, known);
    return known;
  };

  const plugin: Plugin = {
    async onParams({ request, params, context, setResult }) {
      const { req } = context as unknown as ServerContext;
      const address = admission.addressOf(req);
      const anonymous = { viewer: null, connection: undefined, address };
      const refuse = (error: unknown): void =>
        setResult({ errors: [withStatus(operations.formatError(error))] });
      try {
        const token = bearerToken(request.headers.get('authorization'));
        const spent = token === undefined ? undefined : limits.attempt(address);
        if (spent) throw spent;
        const viewer = token === undefined ? null : await authenticate(token);
        viewers.set(request, viewer);
        const { query = '', operationName } = params;
        const caller = { ...anonymous, viewer };
        const refusal = operations.admit({ query, operationName }, caller, connectionOf(req));
        if (refusal) refuse(refusal);
      } catch (error) {
        operations.audit(error, anonymous, 'signIn');
        if (meantError(error)?.code === 'AUTH_FAILED') limits.failed(address);
        refuse(error);
      }
    },
  };
  return { plugin, viewerOf: (request: Request): Viewer | null => viewers.get(request) ?? null };
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
