import { describe, expect, it } from 'vitest';
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
  it('makes a response tell its end that has no field for it', () => {
    const given: unknown[] = [];
    const response = { end: (...parts: unknown[]) => given.push(...parts) };
    trackEnd(response);
    expect(requestEnd({}, response)).toBeUndefined();
    response.end('body', 'utf8');
    expect(given).toEqual(['body', 'utf8']);
    expect(requestEnd({}, response)).toBe('sent');
  });

  it.each([{ writableEnded: false }, { finished: false }, { raw: { writableEnded: false } }])(
    'leaves %o alone, which tells by itself',
    (fields) => {
      const end = () => undefined;
      const response = { ...fields, end };
      trackEnd(response);
      expect(response.end).toBe(end);
    },
  );
});
