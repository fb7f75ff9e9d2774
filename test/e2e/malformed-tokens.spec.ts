import { Controller, Get } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, startApp } from '../support/nest-app.js';
import { challengeOf } from '../support/tokens.js';
import { startWorld } from '../support/world.js';

@Controller()
class MeController {
  @Get('me')
  me() {
    return {};
  }
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = { typ: 'JWT', alg: 'RS256', kid: 'unknown' };

describe.each(ADAPTERS)('A token that is no JSON Web Token, on %s', (adapter) => {
  it.each<[what: string, token: string]>([
    ['one word', 'opaque'],
    ['two parts', 'a.b'],
    ['five parts, encrypted', 'a.b.c.d.e'],
    ['an empty signature', `${encoded(header)}.${encoded({})}.`],
    ['an empty payload', `${encoded(header)}..c2ln`],
    ['a header that is no JSON', 'bm90IGpzb24.e30.c2ln'],
    ['a payload that is no object', `${encoded(header)}.${encoded([1])}.c2ln`],
    ['a header that is null', `${encoded(null)}.${encoded({})}.c2ln`],
    ['an unknown key', `${encoded(header)}.${encoded({})}.c2ln`],
    ['no key', `${encoded({ alg: 'RS256' })}.${encoded({})}.c2ln`],
    ['another spelling of its last character', `${encoded(header)}.${encoded({})}.c2lo-_9`],
  ])('%s: a clear 401, and no trace of an exception', async (_what, token) => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers: [MeController] });
    const answer = await app.get('/me', token);
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({
      statusCode: 401,
      error: 'Unauthorized',
      code: expect.stringMatching(/^token_/),
    });
    expect(challengeOf(answer.headers.get('www-authenticate'))['error']).toBe('invalid_token');
    expect(answer.text).not.toMatch(/\bat \w+|node_modules/);
    expect(app.log.some((line) => line.startsWith('error'))).toBe(false);
    // The next one is served: nothing of it ends the process or the connection.
    expect((await app.get('/me', world.token())).status).toBe(200);
  });

  it('16 spellings of one token are one token', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { controllers: [MeController] });
    const token = world.token();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(token.slice(-1));
    const aliases = Array.from({ length: 15 }, (_, bits) => token.slice(0, -1) + alphabet[last ^ (bits + 1)]);
    for (const alias of [...aliases, `${token}=`, `${token}====`])
      expect((await app.get('/me', alias)).status).toBe(401);
    expect((await app.get('/me', token)).status).toBe(200);
  });
});
