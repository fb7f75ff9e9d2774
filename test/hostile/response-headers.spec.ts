import { Controller, Get, Param } from '@nestjs/common';
import fc from 'fast-check';
import {
  AccessBlockedError,
  ClaimsChallengeError,
  ConsentRequiredError,
  InsufficientScopeError,
  TokenAcquisitionService,
} from 'nestjs-entra';
import { readChallenge } from 'nestjs-entra/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readByGrammar } from '../support/challenge-readers.js';
import { ADAPTERS, startApp, type Adapter } from '../support/nest-app.js';
import { API, startWorld } from '../support/world.js';
import { Connection, type Reply } from './support/connection.js';

/** Stands in whatever text the identity platform writes, and never in an answer. */
const CANARY = 'Canary of Contoso';
const RUNS = 150;

const hostileParts = fc.constantFrom(
  '"',
  '\\',
  '\\"',
  '\r\n',
  '\r\nSet-Cookie: stolen=1',
  '\r\n\r\n<script>alert(1)</script>',
  '\n',
  '\u0000',
  '\t',
  ', Basic realm="x"',
  '", error="invalid_token',
  'é',
  '\u0085',
  '\u2028',
  '\u{1f600}',
  '\ud800',
  'a',
  ' ',
);
const hostile = fc.oneof(
  fc.array(hostileParts, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.nat(8_192).map((length) => 'c'.repeat(length)),
);

const KNOWN_HEADERS = new Set([
  'www-authenticate',
  'access-control-expose-headers',
  'retry-after',
  'content-type',
  'content-length',
  'date',
  'connection',
  'keep-alive',
  'etag',
  'x-powered-by',
  'cache-control',
  'vary',
]);

function expectOneHonestAnswer(reply: Reply): void {
  const { status, headers, raw } = reply;
  const [head = ''] = raw.split('\r\n\r\n');
  expect([401, 403, 500, 503]).toContain(status);
  // No more lines than there are headers, no header twice, no letter beyond ASCII.
  expect(head).toMatch(/^[\x20-\x7e\r\n]*$/);
  const names = headers.map(([name]) => name.toLowerCase());
  expect(names.filter((name) => !KNOWN_HEADERS.has(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  expect(head.length).toBeLessThan(16_384);
  expect(raw).not.toContain(CANARY);
  const header = reply.header('www-authenticate');
  expect(header === null).toBe(status >= 500);
  if (header === null) return;
  const challenges = readByGrammar(header);
  expect(challenges.map(({ scheme }) => scheme)).toEqual(['Bearer']);
  expect(challenges[0]?.parameters['realm']).toBe(API.clientId);
}

async function challengeOf(reply: Reply) {
  const headers = { 'WWW-Authenticate': reply.header('www-authenticate') ?? '' };
  return readChallenge(new Response(reply.text, { headers }));
}

async function start(adapter: Adapter) {
  const world = await startWorld();
  const next: { error?: Error } = {};

  @Controller()
  class HostileController {
    constructor(private readonly tokens: TokenAcquisitionService) {}

    @Get('exchange')
    async exchange() {
      // Each is a question of its own, so that no answer is remembered.
      await this.tokens.getAccessTokenForUser('api://orders/Read', { forceRefresh: true });
    }

    @Get('thrown/:name')
    thrown(@Param('name') _name: string) {
      throw next.error!;
    }
  }
  const app = await startApp(adapter, world.options(), { controllers: [HostileController] });
  const port = Number(new URL(await app.nest.getUrl()).port);
  const token = world.token();
  const connection = await Connection.open(port);
  onTestFinished(() => connection.close());
  const get = (path: string) => connection.send('GET', path, [`Authorization: Bearer ${token}`]);
  // The keys are fetched before anything is made to fail.
  next.error = new InsufficientScopeError([]);
  await get('/thrown/x');
  return { world, app, next, get };
}

describe.each(ADAPTERS)('What the identity platform writes on %s', (adapter) => {
  it('breaks out of no header, and no text of it reaches the caller', async () => {
    const { world, app, get } = await start(adapter);
    const answers = fc.record(
      {
        error: fc.oneof(
          fc.constantFrom('invalid_grant', 'interaction_required', 'invalid_client', 'consent_required'),
          hostile,
        ),
        suberror: fc.oneof(
          fc.constantFrom('basic_action', 'message_only', 'bad_token', 'consent_required', CANARY),
          hostile,
        ),
        error_codes: fc.constantFrom([50076], [53003], [65001], [90094], [50013], [7000215], [99999], []),
        error_description: hostile.map((text) => `AADSTS50076: ${CANARY} ${text}`),
        claims: fc.oneof(
          hostile,
          hostile.map((text) =>
            JSON.stringify({ access_token: { [text]: { essential: true, value: text } } }),
          ),
        ),
        timestamp: hostile,
        trace_id: hostile,
        correlation_id: hostile,
        error_uri: hostile,
        [CANARY]: hostile,
      },
      { requiredKeys: ['error'] },
    );
    await fc.assert(
      fc.asyncProperty(answers, async (body) => {
        world.emulator.failNext({ status: 400, body });
        const answer = await get('/exchange');
        expectOneHonestAnswer(answer);
        const claims = (await challengeOf(answer))?.claims;
        // Byte for byte, or not at all.
        if (claims !== undefined) expect(claims).toBe(Buffer.from(body.claims ?? '').toString());
      }),
      { numRuns: RUNS },
    );
    expect(app.log.join('\n')).not.toContain('stolen');
  });

  it('of claims, up to 16 kB are handed on whole, and larger ones not at all', async () => {
    const { world, get } = await start(adapter);
    for (const length of [10, 100, 4_098, 10_000, 16_384, 16_386]) {
      const claims = JSON.stringify({ a: 'é'.repeat(Math.floor((length - 8) / 2)) });
      world.emulator.failNext({
        status: 400,
        body: { error: 'invalid_grant', suberror: 'basic_action', claims },
      });
      const answer = await get('/exchange');
      expectOneHonestAnswer(answer);
      expect(answer.status).toBe(401);
      expect((await challengeOf(answer))?.claims).toBe(
        Buffer.byteLength(claims) <= 16_384 ? claims : undefined,
      );
    }
  });
});

describe.each(ADAPTERS)('What an application puts into an error on %s', (adapter) => {
  it('breaks out of no header', async () => {
    const { next, get } = await start(adapter);
    const errors = fc.oneof(
      fc.array(hostile, { maxLength: 4 }).map((scopes) => new InsufficientScopeError(scopes, CANARY)),
      fc.tuple(fc.array(hostile, { maxLength: 4 }), hostile).map(
        ([scopes, uri]) =>
          new ConsentRequiredError(
            scopes.map((scope) => scope.slice(0, 2_000)),
            uri,
            CANARY,
          ),
      ),
      hostile.map((claims) => new ClaimsChallengeError(claims, CANARY)),
      hostile.map((claims) => new AccessBlockedError(CANARY, {}, claims)),
    );
    await fc.assert(
      fc.asyncProperty(errors, async (error) => {
        fc.pre(JSON.stringify(error.challenge).length < 9_000);
        next.error = error;
        expectOneHonestAnswer(await get('/thrown/x'));
      }),
      { numRuns: RUNS },
    );
  });
});
