import { sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../support/nest-app.js';
import { claims, encoded, forge, rsaKey, type Forgery } from '../support/forge.js';
import { Platform } from '../support/platform.js';
import { expectRefused, type TokenCode } from '../support/refusal.js';
import { useTarget } from '../support/target.js';

const key = rsaKey();
const attacker = rsaKey({ kid: 'attacker' });
const good = forge(key);

/** The attacker's own server; every visit is counted. */
const visits: string[] = [];
let server: Server;
let address = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [attacker.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const kids: unknown[] = [
  undefined,
  null,
  '',
  ' ',
  0,
  1,
  -1,
  true,
  false,
  [],
  [key.kid],
  {},
  { kid: key.kid },
  { toString: key.kid },
  `${key.kid} `,
  ` ${key.kid}`,
  `${key.kid}\u0000`,
  `${key.kid}\n`,
  key.kid.slice(0, -1),
  `${key.kid}x`,
  key.kid.toUpperCase() === key.kid ? key.kid.toLowerCase() : key.kid.toUpperCase(),
  '../../../../dev/null',
  '/dev/null',
  '..\\..\\windows\\win.ini',
  'file:///etc/passwd',
  '%00',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  "' OR '1'='1",
  "x' UNION SELECT 'key",
  '$(touch /tmp/canary)',
  '`id`',
  '{{7*7}}',
  '*',
  'a\r\nSet-Cookie: canary=1',
  'a\r\n\r\n<html>canary',
  '", error="canary',
  '\\", error=\\"canary',
  'canary\u2028\u2029',
  'canary\u0085',
  'canary\u001b[31m',
  'canar\u00fd',
  '\u{1f511}',
  'k'.repeat(257),
  'k'.repeat(8_000),
];

const brought: [what: string, code: TokenCode, forgery: () => Forgery][] = [
  ['jwk: the attacker’s key', 'token_header', () => ({ header: { jwk: attacker.jwk } })],
  ['jwk: the right key', 'token_header', () => ({ header: { jwk: key.jwk } })],
  ['jwk: null', 'token_header', () => ({ header: { jwk: null } })],
  ['jku', 'token_header', () => ({ header: { jku: `${address}/keys` } })],
  [
    'jku under the identity platform’s name',
    'token_header',
    () => ({
      header: { jku: `https://login.microsoftonline.com@${new URL(address).host}/keys` },
    }),
  ],
  [
    'jku and a kid that is published there',
    'token_header',
    () => ({
      header: { jku: `${address}/keys`, kid: attacker.kid },
    }),
  ],
  ['x5u', 'token_header', () => ({ header: { x5u: `${address}/certificate` } })],
  ['x5c', 'token_signature', () => ({ header: { x5c: [Buffer.from('canary').toString('base64')] } })],
  [
    'x5c and the kid of its key',
    'token_key',
    () => ({
      header: { x5c: [Buffer.from('canary').toString('base64')], kid: attacker.kid, x5t: key.kid },
    }),
  ],
  ['x5t of the right key alone', 'token_key', () => ({ header: { kid: undefined, x5t: key.kid } })],
  ['iss with keys of its own', 'token_signature', () => ({ payload: claims({ iss: address }) })],
];

/** Headers that change what is signed, or what a token is; the signature is right. */
const refused: [what: string, code: TokenCode, forgery: Forgery][] = [
  ...[['exp'], ['b64'], ['canary'], [], 'exp', '', null, {}, 0, false].map(
    (crit): [string, TokenCode, Forgery] => [
      `crit ${JSON.stringify(crit)}`,
      'token_header',
      { header: { crit, exp: 1 } },
    ],
  ),
  ['b64 false', 'token_header', { header: { b64: false } }],
  ['b64 true', 'token_header', { header: { b64: true } }],
  [
    'b64 false, critical, signed over the payload as it is',
    'token_header',
    {
      header: { b64: false, crit: ['b64'] },
      sign: (input) => {
        const [head = '', body = ''] = input.split('.');
        return sign(
          'sha256',
          Buffer.concat([Buffer.from(`${head}.`), Buffer.from(body, 'base64url')]),
          key.privateKey,
        );
      },
    },
  ],
  ['zip', 'token_header', { header: { zip: 'DEF' } }],
  ['enc', 'token_header', { header: { enc: 'A256GCM' } }],
  ['cty JWT', 'token_header', { header: { cty: 'JWT' }, payload: JSON.stringify(claims()) }],
  ['cty in a list', 'token_header', { header: { cty: ['JWT'] } }],
  ...[
    'id+jwt',
    'dpop+jwt',
    'logout+jwt',
    'secevent+jwt',
    'at+jwt ',
    'JWS',
    'JOSE+JSON',
    '',
    null,
    0,
    true,
    ['JWT'],
    {},
  ].map((typ): [string, TokenCode, Forgery] => [
    `typ ${JSON.stringify(typ)}`,
    'token_type',
    { header: { typ } },
  ]),
];

describe.each(ADAPTERS)('The header of a token, on %s', (adapter) => {
  const target = useTarget(adapter, { platform: new Platform(key) });

  it.each(kids.map((kid) => [JSON.stringify(kid)?.slice(0, 60), kid]))(
    'a kid %s finds no key',
    async (_what, kid) => {
      const lines = await expectRefused(target, forge(key, { header: { kid } }), 'token_key', good);
      expect(lines[0]?.length).toBeLessThan(400);
    },
  );

  it.each(brought)('no key comes with a token: %s (%s)', async (_what, code, forgery) => {
    await expectRefused(
      target,
      forge(key, { sign: (input) => sign('sha256', Buffer.from(input), attacker.privateKey), ...forgery() }),
      code,
      good,
    );
    expect(visits).toEqual([]);
    expect(new Set(target.platform.asked.map((url) => new URL(url).host))).toEqual(
      new Set(['login.microsoftonline.com']),
    );
  });

  it.each(refused)('is refused, though signed: %s (%s)', async (_what, code, forgery) => {
    await expectRefused(target, forge(key, forgery), code, good);
  });

  it('members without a meaning here are none of our business', async () => {
    const header = { x5t: key.kid, nonce: 'n', rh: '1.A', x: { y: [1] }, 'x5t#S256': encoded('x') };
    expect((await target.get(forge(key, { header }))).status).toBe(200);
    expect((await target.get(forge(key, { header: { typ: 'at+jwt' } }))).status).toBe(200);
  });
});
