import { jsonAnswer, type Answer } from '../endpoints/answer.js';
import type { Exchange } from '../endpoints/exchange.js';
import { MICROSOFT_GRAPH_ID } from '../tenants/microsoft-applications.js';

/** What a script of any origin may do with Microsoft Graph. */
export const GRAPH_CORS_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, ' +
    'SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant, Retry-After',
} as const;

/** A refusal of Microsoft Graph. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly status: number;
  readonly code: string;
  /** JSON text of a claims challenge. */
  readonly claims: string | undefined;

  constructor(status: number, code: string, message: string, claims?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.claims = claims;
  }
}

/** The refusal in Graph's envelope (Microsoft: Graph error responses). */
export function graphErrorAnswer({ status, code, message, claims }: GraphError, exchange: Exchange): Answer {
  const innerError = { 'request-id': exchange.traceId, 'client-request-id': exchange.correlationId };
  const challenge = claims && Buffer.from(claims).toString('base64');
  return jsonAnswer(
    status,
    { error: { code, message, innerError } },
    {
      ...GRAPH_CORS_HEADERS,
      ...(status === 401
        ? {
            'WWW-Authenticate':
              `Bearer realm="", authorization_uri="${exchange.origin}/common/oauth2/authorize", ` +
              `client_id="${MICROSOFT_GRAPH_ID}"` +
              (challenge === undefined ? '' : `, error="insufficient_claims", claims="${challenge}"`),
          }
        : {}),
    },
  );
}
