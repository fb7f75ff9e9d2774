import { EventEmitter } from 'node:events';
import { ForbiddenException } from '@nestjs/common';
import { describe, expect, it, vi } from 'vitest';
import { toEntraUser } from '../../caller/entra-user.js';
import { IdentityPlatformUnavailableError } from '../../errors/acquisition.errors.js';
import { InvalidTokenError, MissingTokenError } from '../../errors/token.errors.js';
import { FlowRecorder, MAX_REQUESTS } from './flow-recorder.js';

class Response extends EventEmitter {
  statusCode = 200;
  writableFinished = true;

  end(statusCode: number): void {
    this.statusCode = statusCode;
    this.emit('close');
  }
}

function open(recorder: FlowRecorder, url = '/me') {
  const request = { method: 'GET', url };
  const response = new Response();
  recorder.opened(request, response);
  return { request, response };
}

const texts = (recorder: FlowRecorder) =>
  recorder.requests[0]?.steps.map(({ station, text }) => `${station}: ${text}`);

describe('FlowRecorder', () => {
  it('keeps the last 200, newest first, whatever order they end in', () => {
    const recorder = new FlowRecorder();
    const all = Array.from({ length: MAX_REQUESTS + 5 }, () => open(recorder));
    expect(recorder.requests).toEqual([]);
    for (const { response } of all.toReversed()) response.end(200);
    expect(recorder.requests.map(({ id }) => id)).toEqual(
      Array.from({ length: MAX_REQUESTS }, (_, index) => MAX_REQUESTS + 5 - index),
    );
    all[0]?.response.end(200);
    expect(recorder.requests).toHaveLength(MAX_REQUESTS);
  });

  it('tells each change of what it keeps, and nothing of what it ignores', () => {
    const recorder = new FlowRecorder();
    const changed = vi.fn<() => void>();
    recorder.observe(changed);
    const own = open(recorder);
    recorder.step(own.request, { kind: 'public_route' });
    recorder.ignore(own.request);
    recorder.step(own.request, { kind: 'failed', error: new MissingTokenError() });
    own.response.end(200);
    expect(changed).not.toHaveBeenCalled();
    expect(recorder.requests).toEqual([]);
    const other = open(recorder);
    recorder.step(other.request, { kind: 'failed', error: new MissingTokenError() });
    other.response.end(401);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('leaves the query out of a path, and shortens it', () => {
    const recorder = new FlowRecorder();
    open(recorder, `/me?access_token=canary#canary`).response.end(200);
    expect(recorder.requests[0]?.path).toBe('/me');
    open(recorder, `/${'a/'.repeat(1_000)}`).response.end(200);
    expect(recorder.requests[0]?.path.length).toBeLessThanOrEqual(301);
  });

  it('takes the error that the answer is of for its reason, and one error once', () => {
    const recorder = new FlowRecorder();
    const { request, response } = open(recorder);
    const refused = new InvalidTokenError('token_audience', 'aud is "x"');
    for (const error of [refused, new ForbiddenException('canary'), refused]) {
      recorder.step(request, { kind: 'failed', error });
    }
    expect(recorder.requests[0]?.refusal?.code).toBe('ForbiddenException');
    response.end(401);
    expect(recorder.requests[0]?.refusal).toEqual({
      code: 'token_audience',
      reason: 'aud is "x"',
      status: 401,
    });
    expect(texts(recorder)).toEqual([
      'browser: Sends GET /me',
      'api: Refused: token_audience. aud is "x"',
      'api: Refused: ForbiddenException. Thrown by the application; its text stays in the log.',
      'browser: Gets the answer 401',
    ]);
  });

  it('puts every step into words', () => {
    const recorder = new FlowRecorder();
    const { request, response } = open(recorder);
    const scopes = ['api://orders/Read'];
    const error = new IdentityPlatformUnavailableError('The identity platform asked this caller to wait');
    const expiresAt = Date.UTC(2030, 0, 1, 12);
    recorder.step(request, { kind: 'memory_hit', scopes, expiresAt });
    recorder.step(request, { kind: 'renewal_started', scopes });
    recorder.step(request, { kind: 'token_obtained', scopes, source: 'store' });
    recorder.step(request, { kind: 'exchange_failed', error, correlationId: 'unknown' });
    recorder.step(request, {
      kind: 'downstream_answered',
      api: 'orders',
      status: undefined,
      durationMs: 1.25,
    });
    response.writableFinished = false;
    response.end(200);
    expect(texts(recorder)?.slice(1)).toEqual([
      'cache: Hit: token for api://orders/Read in memory, good until 12:00:00',
      'cache: The token for api://orders/Read still serves, and is renewed ahead of time',
      'cache: Hit: token for api://orders/Read in the store',
      'identity-platform: No token: identity_platform_unavailable. The identity platform asked this caller to wait',
      'downstream: orders gave no answer after 1.3 ms',
      'browser: Left before the answer was complete',
    ]);
  });

  it('bounds what it keeps of one request', () => {
    const recorder = new FlowRecorder();
    const { request, response } = open(recorder);
    const user = toEntraUser({
      ...Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`claim${index}`, 'a b '.repeat(500)])),
      aud: 'a',
      iss: 'i',
      exp: 1,
      ver: '2.0',
      tid: 't',
      sub: 's',
      scp: 'x',
      oid: 'o',
    });
    recorder.step(request, { kind: 'token_accepted', user });
    for (let count = 0; count < 1_000; count += 1) {
      recorder.step(request, { kind: 'memory_miss', scopes: ['a b '.repeat(1_000)] });
      recorder.step(request, { kind: 'failed', error: new MissingTokenError() });
    }
    response.end(200);
    const [kept] = recorder.requests;
    expect(kept?.steps.length).toBeLessThanOrEqual(102);
    expect(kept?.steps.at(-2)?.text).toBe('Further steps are not kept');
    expect(kept?.steps.at(-1)?.text).toBe('Gets the answer 200');
    expect(JSON.stringify(kept).length).toBeLessThan(80_000);
  });
});
