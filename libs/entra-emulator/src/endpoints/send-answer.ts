import type { ServerResponse } from 'node:http';
import { COMMON_HEADERS, type Answer } from './answer.js';
import type { Exchange } from './exchange.js';

/** The server that says it answered, in the form of Entra's. */
const SERVER_NAME = '2.1.22000.1 - WEULR1 ProdSlices';

/** Sends an answer with the headers that every answer of Entra has. */
export function sendAnswer(response: ServerResponse, exchange: Exchange, answer: Answer): void {
  const body = Buffer.from(answer.body);
  const headers = { ...answerHeaders(exchange, answer), 'Content-Length': String(body.length) };
  response.writeHead(answer.status, headers);
  response.end(exchange.method === 'HEAD' ? undefined : body);
}

/** The headers of an answer, without its length. */
export function answerHeaders(exchange: Exchange, answer: Pick<Answer, 'headers'>): Record<string, string> {
  return {
    ...answer.headers,
    ...COMMON_HEADERS,
    ...(wantsRequestId(exchange) ? { 'client-request-id': exchange.correlationId } : {}),
    'x-ms-request-id': exchange.traceId,
    'x-ms-ests-server': SERVER_NAME,
  };
}

function wantsRequestId({ headers, query, form }: Exchange): boolean {
  const name = 'return-client-request-id';
  return [headers[name], query.get(name), form.get(name)].some(
    (value) => typeof value === 'string' && value.toLowerCase() === 'true',
  );
}
