import { createHash } from 'node:crypto';
import type { Exchange } from './exchange.js';
import type { EndpointName } from './route.js';

/** Parameters of which only a digest is kept. */
const SECRETS: readonly string[] = [
  'client_secret',
  'client_assertion',
  'assertion',
  'refresh_token',
  'code',
  'code_verifier',
  'password',
  'id_token_hint',
  'transaction',
  'otp',
  'ear_jwk',
];

/** Endpoints whose parameters come by query. */
const QUERIED: readonly string[] = ['authorize', 'logout'];

/** A request that was answered. It holds no secret. */
export interface RecordedRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly endpoint: EndpointName;
  /** Tenant segment of the path, as written. */
  readonly tenant: string;
  /** Form parameters; secrets and tokens are `sha256:` and the base64url digest. */
  readonly form: Readonly<Record<string, string>>;
  /** Query parameters of the authorization and logout endpoints; secrets and tokens as in `form`. */
  readonly query: Readonly<Record<string, string>>;
  /** `client-request-id` and `user-agent`, where sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** HTTP status of the answer; 0 when a fault left the request without one. */
  readonly status: number;
  /** OAuth error of the answer. */
  readonly error?: string;
  /** AADSTS code of the answer. */
  readonly aadsts?: number;
  /** When it was answered, in milliseconds since 1970. */
  readonly at: number;
}

/** How a request ended. */
export type Outcome = Pick<RecordedRequest, 'status' | 'error' | 'aadsts'>;

/** The record of a request, with its secrets replaced. */
export function recordOf(exchange: Exchange, outcome: Outcome, at: number): RecordedRequest {
  const { method, path, route, form, query, headers } = exchange;
  return {
    method,
    path,
    endpoint: route.endpoint,
    tenant: route.tenant,
    form: withoutSecrets(form),
    query: QUERIED.includes(route.endpoint) ? withoutSecrets(query) : {},
    headers: Object.fromEntries(
      ['client-request-id', 'user-agent'].flatMap((name) => {
        const value = headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    ),
    ...outcome,
    at,
  };
}

function withoutSecrets(parameters: Iterable<[string, string]>): Record<string, string> {
  return Object.fromEntries(
    [...parameters].map(([name, value]) => [name, SECRETS.includes(name) ? digest(value) : value]),
  );
}

/** Stands for a secret in a record: the same secret gives the same text. */
export function digest(secret: string): string {
  return `sha256:${createHash('sha256').update(secret).digest('base64url')}`;
}
