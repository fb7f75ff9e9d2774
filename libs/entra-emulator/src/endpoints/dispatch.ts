import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import { errorLookupPage, errorPage } from '../pages/error-page.js';
import { adminEndpoint } from '../admin/admin-endpoint.js';
import { graphEndpoint, userInfoEndpoint } from '../graph/graph-endpoint.js';
import { jsonAnswer, NO_STORE_HEADERS, textAnswer, type Answer } from './answer.js';
import { authorizeEndpoint } from './authorize-endpoint.js';
import { discoveryEndpoint } from './discovery-endpoint.js';
import { errorEnvelope } from './error-envelope.js';
import type { Exchange } from './exchange.js';
import { instanceEndpoint } from './instance-endpoint.js';
import { interactionEndpoint } from './interaction-endpoint.js';
import { keysEndpoint } from './keys-endpoint.js';
import { logoutEndpoint } from './logout-endpoint.js';
import type { EndpointName } from './route.js';
import { tokenEndpoint } from './token-endpoint.js';

const METADATA_ENDPOINTS = {
  discovery: discoveryEndpoint,
  keys: keysEndpoint,
  instance: instanceEndpoint,
} as const;

type Endpoint = (platform: Platform, exchange: Exchange) => Answer | Promise<Answer>;

/** What people see in a browser: refusals are pages, and there is nothing for scripts of other origins. */
const PAGES: Partial<Record<EndpointName, Endpoint>> = {
  authorize: authorizeEndpoint,
  login: interactionEndpoint,
  consent: interactionEndpoint,
  'multi-factor': interactionEndpoint,
  logout: logoutEndpoint,
  error: (_platform, { query }) => errorLookupPage(query),
};

/** What answers in ways of its own. */
const APART: Partial<Record<EndpointName, Endpoint>> = {
  userinfo: userInfoEndpoint,
  graph: graphEndpoint,
  admin: adminEndpoint,
};

/** Answers a request whose body was read. Refusals come as Entra's envelope. */
export async function dispatch(platform: Platform, exchange: Exchange): Promise<Answer> {
  try {
    return await answerOf(platform, exchange);
  } catch (error) {
    if (error instanceof AadstsError) {
      return errorAnswer(error, exchange, platform.now());
    }
    throw error;
  }
}

/** An error in Entra's envelope. */
export function errorAnswer(error: AadstsError, exchange: Exchange, now: number): Answer {
  if (PAGES[exchange.route.endpoint] !== undefined) {
    return errorPage(error, exchange, now);
  }
  const isToken = exchange.route.endpoint === 'token';
  const headers = isToken
    ? NO_STORE_HEADERS
    : { 'Cache-Control': 'private', 'Access-Control-Allow-Origin': '*' };
  return jsonAnswer(error.status, errorEnvelope(error, exchange, now), headers);
}

async function answerOf(platform: Platform, exchange: Exchange): Promise<Answer> {
  const { route, method } = exchange;
  if (route.endpoint === 'other') {
    // A person who opens the address that the emulator printed is led to the administration page.
    return exchange.path === '/' && (method === 'GET' || method === 'HEAD')
      ? textAnswer(302, 'The administration is at /admin.', { Location: '/admin' })
      : textAnswer(404, 'Not Found');
  }
  const apart = PAGES[route.endpoint] ?? APART[route.endpoint];
  if (apart !== undefined) {
    return apart(platform, exchange);
  }
  const isToken = route.endpoint === 'token';
  if (method === 'OPTIONS') {
    return preflightAnswer(isToken ? 'POST, OPTIONS' : 'GET, OPTIONS');
  }
  if (isToken) {
    return tokenEndpoint(platform, exchange);
  }
  return method === 'GET' || method === 'HEAD'
    ? METADATA_ENDPOINTS[route.endpoint as keyof typeof METADATA_ENDPOINTS](platform, exchange)
    : textAnswer(405, 'Method Not Allowed', { Allow: 'GET, OPTIONS' });
}

/** Browsers ask before they post from another origin (Fetch standard, CORS preflight). */
function preflightAnswer(methods: string): Answer {
  return textAnswer(200, '', {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers':
      'content-type, client-request-id, return-client-request-id, x-requested-with',
  });
}
