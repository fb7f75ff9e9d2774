import type { ServerResponse } from 'node:http';

interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/** Node's own response behind that of Express or Fastify. */
export function nodeResponse(response: object): ServerResponse {
  return 'raw' in response ? (response as FastifyReply).raw : (response as ServerResponse);
}

/** Node's own response, which the framework leaves alone from here on. */
export function takeResponse(response: object): ServerResponse {
  if ('hijack' in response) (response as FastifyReply).hijack();
  return nodeResponse(response);
}
