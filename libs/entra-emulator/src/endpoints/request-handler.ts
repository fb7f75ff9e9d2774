import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Platform } from '../platform.js';
import { textAnswer, type Answer } from './answer.js';
import { crossOriginHeaders } from './cross-origin.js';
import { dispatch } from './dispatch.js';
import { openExchange, readForm, type Exchange } from './exchange.js';
import { awaitFaultDelay, playFault } from './play-fault.js';
import { readBody } from './read-body.js';
import { recordOf, type Outcome } from './request-log.js';
import { sendAnswer } from './send-answer.js';

/** Answers every request, and records it. A fault of the emulator's own is a 500, never the end of the process. */
export function requestHandler(platform: Platform): RequestListener {
  return (request, response) => {
    const exchange = openExchange(request, platform.url);
    const log = (outcome: Outcome): void => {
      // The administration looks at the record; it is not to fill it.
      if (exchange.route.endpoint !== 'admin') {
        platform.requests.push(recordOf(exchange, outcome, platform.now()));
      }
    };
    handle(platform, exchange, request, response, log).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      log({ status: 500 });
      sendAnswer(response, exchange, textAnswer(500, `The emulator failed: ${String(error)}`));
    });
  };
}

async function handle(
  platform: Platform,
  exchange: Exchange,
  request: IncomingMessage,
  response: ServerResponse,
  log: (outcome: Outcome) => void,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    log({ status: 413 });
    sendAnswer(response, exchange, textAnswer(413, 'Request Entity Too Large', { Connection: 'close' }));
    return;
  }
  readForm(exchange, body);
  const fault = platform.faults.take(exchange.route.endpoint);
  if (fault !== undefined) {
    await awaitFaultDelay(fault, response);
  }
  const effect = fault && playFault(fault, exchange, response, platform.now());
  if (effect === 'handled') {
    log({ status: response.headersSent ? response.statusCode : 0 });
    return;
  }
  const plain = effect ?? (await dispatch(platform, exchange));
  const answer = {
    ...plain,
    headers: { ...plain.headers, ...crossOriginHeaders(platform, exchange, plain) },
  };
  log(outcomeOf(answer));
  sendAnswer(response, exchange, answer);
}

function outcomeOf({ status, headers, body, failure }: Answer): Outcome {
  if (failure !== undefined) {
    return { status, ...failure };
  }
  if (status < 400 || !(headers['Content-Type'] ?? '').startsWith('application/json')) {
    return { status };
  }
  const { error, code } = errorOf(body);
  return {
    status,
    ...(error === undefined ? {} : { error }),
    ...(code === undefined ? {} : { aadsts: code }),
  };
}

function errorOf(body: string): { error?: string; code?: number } {
  try {
    const parsed = JSON.parse(body) as { error?: unknown; error_codes?: unknown } | null;
    const code: unknown = Array.isArray(parsed?.error_codes) ? parsed.error_codes[0] : undefined;
    return {
      ...(typeof parsed?.error === 'string' ? { error: parsed.error } : {}),
      ...(typeof code === 'number' ? { code } : {}),
    };
  } catch {
    // An injected body need not be JSON.
    return {};
  }
}
