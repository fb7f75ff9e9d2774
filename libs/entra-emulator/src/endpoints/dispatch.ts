import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import { jsonAnswer, NO_STORE_HEADERS, textAnswer, type Answer } from './answer.js';
import { discoveryEndpoint } from './discovery-endpoint.js';
import { errorEnvelope } from './error-envelope.js';
import type { Exchange } from './exchange.js';
import { instanceEndpoint } from './instance-endpoint.js';
import { keysEndpoint } from './keys-endpoint.js';
import { tokenEndpoint } from './token-endpoint.js';

const METADATA_ENDPOINTS = {
  discovery: discoveryEndpoint,
  keys: keysEndpoint,
  instance: instanceEndpoint,
} as const;

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
  const isToken = exchange.route.endpoint === 'token';
  const headers = isToken
    ? NO_STORE_HEADERS
    : { 'Cache-Control': 'private', 'Access-Control-Allow-Origin': '*' };
  return jsonAnswer(error.status, errorEnvelope(error, exchange, now), headers);
}

async function answerOf(platform: Platform, exchange: Exchange): Promise<Answer> {
  const { route, method } = exchange;
  if (route.endpoint === 'other' || route.endpoint === 'authorize') {
    return textAnswer(404, 'Not Found');
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
    'Access-Control-Allow-Headers': 'content-type, client-request-id, return-client-request-id',
  });
}
