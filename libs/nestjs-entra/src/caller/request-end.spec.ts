import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { requestEnd, trackEnd } from './request-end.js';

const alive = { destroyed: false };
const gone = { destroyed: true };

describe('requestEnd', () => {
  it.each<[string, object, object | undefined]>([
    ['a response that is being written', { socket: alive }, { writableEnded: false, destroyed: false }],
    ['a reply of Fastify', { socket: alive }, { raw: { writableEnded: false } }],
    ['an HTTP/2 response', { socket: gone }, { writableEnded: false, stream: alive }],
    ['an upgraded request, which has no response', { socket: alive }, undefined],
    ['a request without a socket, as serverless adapters make them', {}, { writableEnded: false }],
    ['a request whose socket is null', { socket: null }, { writableEnded: false }],
    // The client said that it sends nothing more, and waits for the response.
    ['a half-closed connection', { aborted: true, destroyed: true, socket: alive }, { writableEnded: false }],
  ])('is undefined for %s', (_what, request, response) => {
    expect(requestEnd(request, response)).toBeUndefined();
  });

  it.each<[string, 'sent' | 'closed', object, object | undefined]>([
    ['a response that was ended', 'sent', { socket: alive }, { writableEnded: true }],
    ['a response that tells only finished', 'sent', {}, { finished: true }],
    ['a reply whose response was ended', 'sent', { socket: alive }, { raw: { writableEnded: true } }],
    ['a connection that closed after the response', 'sent', { socket: gone }, { writableEnded: true }],
    ['a destroyed response', 'closed', { socket: alive }, { writableEnded: false, destroyed: true }],
    ['a destroyed HTTP/2 stream', 'closed', {}, { writableEnded: false, stream: gone }],
    ['a pipelined request whose connection is gone', 'closed', { socket: gone }, { writableEnded: false }],
    ['an upgraded request whose socket is gone', 'closed', { socket: gone }, undefined],
  ])('knows %s', (_what, end, request, response) => {
    expect(requestEnd(request, response)).toBe(end);
  });
});

describe('trackEnd', () => {
  class InheritingResponse extends ServerResponse {
    readonly given: unknown[] = [];

    override end(...given: unknown[]): this {
      this.given.push(...given);
      return this;
    }
  }

  it('makes a response tell its end that has no field for it', () => {
    const given: unknown[] = [];
    const response = { end: (...parts: unknown[]) => given.push(...parts) };
    trackEnd(response);
    expect(requestEnd({}, response)).toBeUndefined();
    response.end('body', 'utf8');
    expect(given).toEqual(['body', 'utf8']);
    expect(requestEnd({}, response)).toBe('sent');
  });

  it('makes a response tell its end whose inherited field stays false', () => {
    const response = new InheritingResponse(new IncomingMessage(new Socket()));
    trackEnd({ raw: response });
    expect(requestEnd({}, { raw: response })).toBeUndefined();
    expect(response.end('body', 'utf8')).toBe(response);
    expect(response.given).toEqual(['body', 'utf8']);
    expect(response.writableEnded).toBe(false);
    expect(requestEnd({}, { raw: response })).toBe('sent');
  });

  it('makes a response tell its end that calls its listeners before Node has set its fields', () => {
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    const ignored = () => undefined;
    const socket = {
      writable: true,
      _writableState: {},
      on: ignored,
      cork: ignored,
      uncork: ignored,
      write: (_chunk: unknown, _encoding: unknown, done?: () => void) => done?.(),
    };
    response.assignSocket(socket as unknown as Socket);
    trackEnd(response);
    const ends: unknown[] = [];
    response.once('finish', () => ends.push(response.writableEnded, requestEnd({}, response)));
    response.end('body');
    expect(ends).toEqual([false, 'sent']);
  });

  it('keeps what replaced end() after it, when it is called again', () => {
    const response = new InheritingResponse(new IncomingMessage(new Socket()));
    trackEnd(response);
    const replaced = vi.fn<() => InheritingResponse>(() => response);
    response.end = replaced;
    trackEnd(response);
    response.end('body');
    expect(replaced).toHaveBeenCalledOnce();
  });

  it.each<[string, { end?: unknown; writableEnded: boolean; stream?: object }]>([
    ['of Node', new ServerResponse(new IncomingMessage(new Socket()))],
    ['of HTTP/2', { writableEnded: false, stream: alive, end: () => undefined }],
    ['without end()', { writableEnded: false }],
  ])('leaves a response %s as it is', (_which, response) => {
    const { end } = response;
    trackEnd(response);
    expect(response.end).toBe(end);
    expect(Object.hasOwn(response, 'end')).toBe(!(response instanceof ServerResponse) && end !== undefined);
  });
});
