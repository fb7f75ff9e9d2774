import { jsonAnswer, textAnswer, type Answer } from '../endpoints/answer.js';
import type { Exchange } from '../endpoints/exchange.js';
import type { Platform } from '../platform.js';
import { authenticateGraphCaller, requireScope, type GraphCaller } from './graph-caller.js';
import { GRAPH_CORS_HEADERS, GraphError, graphErrorAnswer } from './graph-error.js';
import { messagesOf, profileOf, userInfoOf } from './graph-resources.js';

type GraphResource = (platform: Platform, caller: GraphCaller) => unknown;

const RESOURCES: Readonly<Record<string, GraphResource>> = {
  '/v1.0/me': (_platform, caller) => {
    requireScope(
      caller,
      ['User.Read', 'User.ReadWrite', 'User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All'],
      new GraphError(
        403,
        'Authorization_RequestDenied',
        'Insufficient privileges to complete the operation.',
      ),
    );
    return profileOf(requireUser(caller));
  },
  '/v1.0/me/messages': (platform, caller) => {
    requireScope(
      caller,
      ['Mail.Read', 'Mail.ReadWrite'],
      new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
    );
    return messagesOf(requireUser(caller), platform.now());
  },
};

/** Answers the little of Microsoft Graph that a sample needs: `/v1.0/me` and `/v1.0/me/messages`. */
export function graphEndpoint(platform: Platform, exchange: Exchange): Answer {
  const path = exchange.path.toLowerCase().replace(/\/$/, '');
  return answer(exchange, () => {
    const caller = authenticateGraphCaller(platform, exchange);
    const resource = Object.hasOwn(RESOURCES, path) ? RESOURCES[path] : undefined;
    if (resource === undefined) {
      throw new GraphError(404, 'ResourceNotFound', 'The emulator has /v1.0/me and /v1.0/me/messages only.');
    }
    if (caller.user === undefined) {
      throw new GraphError(
        400,
        'BadRequest',
        '/me request is only valid with delegated authentication flow.',
      );
    }
    return resource(platform, caller);
  });
}

/** Answers the userinfo endpoint (OpenID Connect Core §5.3), which Microsoft Graph hosts. */
export function userInfoEndpoint(platform: Platform, exchange: Exchange): Answer {
  return answer(exchange, () => {
    const caller = authenticateGraphCaller(platform, exchange);
    requireScope(
      caller,
      ['openid'],
      new GraphError(403, 'Authorization_RequestDenied', 'The token has no openid scope.'),
    );
    return userInfoOf(requireUser(caller), caller);
  });
}

function answer({ method, ...exchange }: Exchange, resource: () => unknown): Answer {
  if (method === 'OPTIONS') {
    return textAnswer(200, '', {
      ...GRAPH_CORS_HEADERS,
      'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
      'Access-Control-Allow-Headers': 'authorization, content-type, client-request-id, sdkversion, prefer',
    });
  }
  if (method !== 'GET' && method !== 'POST') {
    return textAnswer(405, 'Method Not Allowed', { Allow: 'GET, POST, OPTIONS' });
  }
  try {
    return jsonAnswer(200, resource(), { ...GRAPH_CORS_HEADERS, 'Cache-Control': 'private' });
  } catch (error) {
    if (error instanceof GraphError) {
      return graphErrorAnswer(error, { method, ...exchange });
    }
    throw error;
  }
}

function requireUser({ user }: GraphCaller): NonNullable<GraphCaller['user']> {
  if (user === undefined) {
    throw new GraphError(400, 'BadRequest', 'This request is only valid with delegated authentication flow.');
  }
  return user;
}
