import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AadstsError } from '../errors/aadsts-error.js';
import { isAadstsCode } from '../errors/aadsts-registry.js';
import type { Fault } from '../policies/faults.js';
import { jsonAnswer, textAnswer, type Answer } from './answer.js';
import { errorAnswer } from './dispatch.js';
import type { Exchange } from './exchange.js';
import { answerHeaders } from './send-answer.js';

/** Milliseconds between two bytes of a dripping body. */
const DRIP_INTERVAL_MS = 100;

const CHUNK_BYTES = 64 * 1024;

/**
 * What a fault makes of a request: an answer to send instead of the usual one, `handled` when the fault dealt with
 * the connection itself, or undefined when the usual answer follows.
 */
export type FaultEffect = Answer | 'handled' | undefined;

/** Waits as long as the fault says; ends early when the connection closes. */
export async function awaitFaultDelay(fault: Fault, response: ServerResponse): Promise<void> {
  if (fault.delayMs === undefined) {
    return;
  }
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  await delay(fault.delayMs, undefined, { signal: closed.signal }).catch(() => undefined);
}

/** Plays a fault on a request whose body was read. */
export function playFault(
  fault: Fault,
  exchange: Exchange,
  response: ServerResponse,
  now: number,
): FaultEffect {
  if (fault.hang === true) {
    return 'handled';
  }
  if (fault.reset === true) {
    response.destroy();
    return 'handled';
  }
  if (fault.drip === true) {
    drip(fault, exchange, response);
    return 'handled';
  }
  if (fault.bodyBytes !== undefined) {
    flood(fault, exchange, response, fault.bodyBytes);
    return 'handled';
  }
  return faultAnswer(fault, exchange, now);
}

function faultAnswer(fault: Fault, exchange: Exchange, now: number): Answer | undefined {
  const answer = bareAnswer(fault, exchange, now);
  return answer && { ...answer, headers: replaceHeaders(answer.headers, fault.headers ?? {}) };
}

/** Header names have no case: a fault's own header must not stand beside the usual one. */
function replaceHeaders(
  usual: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const replaced = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const kept = Object.entries(usual).filter(([name]) => !replaced.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...own };
}

function bareAnswer(fault: Fault, exchange: Exchange, now: number): Answer | undefined {
  const { aadsts, status, body } = fault;
  if (aadsts !== undefined && isAadstsCode(aadsts)) {
    const { claims, suberror } = fault;
    const extras = {
      ...(claims === undefined ? {} : { claims }),
      ...(suberror === undefined ? {} : { suberror }),
    };
    const answer = errorAnswer(new AadstsError(aadsts, [], extras), exchange, now);
    return { ...answer, status: status ?? answer.status };
  }
  if (fault.malformed === true) {
    return { ...jsonAnswer(status ?? 200, '', {}), body: '{"token_type":"Bearer","access_token":' };
  }
  if (body !== undefined) {
    return typeof body === 'string'
      ? { ...jsonAnswer(status ?? 200, '', {}), body }
      : jsonAnswer(status ?? 200, body, {});
  }
  return status === undefined ? undefined : bareStatusAnswer(status);
}

/** Entra's own answers when it is asked too much (Microsoft: client and server throttling). */
function bareStatusAnswer(status: number): Answer {
  if (status === 429) {
    return textAnswer(status, 'Too Many Requests', { 'Retry-After': '60' });
  }
  return textAnswer(
    status,
    status === 503 ? 'Service Unavailable' : '',
    status === 503 ? { 'Retry-After': '60' } : {},
  );
}

function drip(fault: Fault, exchange: Exchange, response: ServerResponse): void {
  startBody(fault, exchange, response);
  const timer = setInterval(() => response.write(' '), DRIP_INTERVAL_MS);
  response.once('close', () => clearInterval(timer));
}

/** Sends a JSON text of `bytes` bytes, as fast as the client reads. */
function flood(fault: Fault, exchange: Exchange, response: ServerResponse, bytes: number): void {
  startBody(fault, exchange, response);
  const head = '{"padding":"';
  const tail = '"}';
  let remaining = Math.max(0, bytes - head.length - tail.length);
  const pump = (): void => {
    while (remaining > 0) {
      const length = Math.min(CHUNK_BYTES, remaining);
      remaining -= length;
      if (!response.write('x'.repeat(length))) {
        response.once('drain', pump);
        return;
      }
    }
    response.end(tail);
  };
  response.write(head);
  pump();
}

function startBody(fault: Fault, exchange: Exchange, response: ServerResponse): void {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', ...fault.headers };
  response.writeHead(fault.status ?? 200, answerHeaders(exchange, { headers }));
}
