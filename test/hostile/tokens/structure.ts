import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../support/nest-app.js';
import { ADELE, API } from '../support/identities.js';
import {
  alias,
  claims,
  encoded,
  encodedWithUnusedBits,
  forge,
  rsaKey,
  signParts,
  type Forgery,
} from '../support/forge.js';
import { Platform } from '../support/platform.js';
import {
  expectInvalidToken,
  expectMalformed,
  expectMissing,
  expectNoEcho,
  expectRefused,
  type TokenCode,
} from '../support/refusal.js';
import { useTarget } from '../support/target.js';

const key = rsaKey();
const good = forge(key);
const [HEADER = '', PAYLOAD = '', SIGNATURE = ''] = good.split('.');
const header = { typ: 'JWT', alg: 'RS256', kid: key.kid };

/** Claims as JSON, with something behind the last of them. */
const jsonWith = (more: string, of: unknown = claims()): string =>
  `${JSON.stringify(of).slice(0, -1)},${more}}`;
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const nestedObjects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

const parts: [what: string, token: () => string][] = [
  ['one part', () => HEADER],
  ['two parts', () => `${HEADER}.${PAYLOAD}`],
  ['four parts', () => `${good}.${SIGNATURE}`],
  ['a dot behind', () => `${good}.`],
  ['a dot before', () => `.${good}`],
  ['dots alone', () => '..'],
  ['a single dot', () => '.'],
  ['an empty header', () => `.${PAYLOAD}.${SIGNATURE}`],
  ['an empty payload', () => `${HEADER}..${SIGNATURE}`],
  ['an empty signature', () => `${HEADER}.${PAYLOAD}.`],
  ['an encrypted token', () => `${encoded({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.${SIGNATURE}.QUJD.QUJD.QUJD`],
  [
    'an encrypted token with a key of its own',
    () => `${encoded({ alg: 'dir', enc: 'A128GCM' })}..QUJD.QUJD.QUJD`,
  ],
  [
    'a password-based JWE of a billion rounds',
    () =>
      `${encoded({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'QUJD' })}.QUJD.QUJD.QUJD.QUJD`,
  ],
];

const spellings: [what: string, token: () => string][] = [
  ['unused bits set in the signature', () => `${HEADER}.${PAYLOAD}.${alias(SIGNATURE)}`],
  [
    'unused bits set in the header, and signed so',
    () => signParts(key, alias(encodedWithUnusedBits(header)), PAYLOAD),
  ],
  [
    'unused bits set in the payload, and signed so',
    () => signParts(key, HEADER, alias(encodedWithUnusedBits(claims()))),
  ],
  ['padding behind the signature', () => `${good}=`],
  ['a lot of padding behind', () => `${good}${'='.repeat(400)}`],
  [
    'standard base64 in the signature',
    () => `${HEADER}.${PAYLOAD}.${Buffer.alloc(256, 0xff).toString('base64').replaceAll('=', '')}`,
  ],
  ['characters that decoders skip, behind', () => `${good}~~~~`],
  [
    'a character that decoders skip, within',
    () => `${HEADER}.${PAYLOAD}.${SIGNATURE.slice(0, 9)}~${SIGNATURE.slice(9)}`,
  ],
  ['one letter too many', () => `${HEADER}.${PAYLOAD}.${SIGNATURE.slice(0, 340)}A`],
];

/** Headers and payloads that are signed as they stand, so that nothing but their form refuses them. */
const documents: [what: string, forgery: () => Forgery][] = [
  ['a byte-order mark before the header', () => ({ header: `\ufeff${JSON.stringify(header)}` })],
  ['a byte-order mark before the payload', () => ({ payload: `\ufeff${JSON.stringify(claims())}` })],
  ['UTF-16 (little-endian)', () => ({ payload: Buffer.from(JSON.stringify(claims()), 'utf16le') })],
  ['UTF-16 with its mark', () => ({ payload: Buffer.from(`\ufeff${JSON.stringify(claims())}`, 'utf16le') })],
  ['UTF-16 (big-endian)', () => ({ payload: Buffer.from(JSON.stringify(claims()), 'utf16le').swap16() })],
  ['a UTF-16 header', () => ({ header: Buffer.from(JSON.stringify(header), 'utf16le') })],
  ['a byte that is no UTF-8', () => ({ payload: Buffer.from(jsonWith('"x":"\u00ff"'), 'latin1') })],
  ['an overlong UTF-8 form', () => ({ payload: bytesIn('"x":"', [0xc0, 0xaf]) })],
  ['a surrogate in UTF-8', () => ({ payload: bytesIn('"x":"', [0xed, 0xa0, 0x80]) })],
  ['UTF-8 that is cut short', () => ({ payload: bytesIn('"x":"', [0xe2, 0x82]) })],
  [
    'a header with a byte that is no UTF-8',
    () => ({ header: Buffer.from(jsonWith('"x":"\u00ff"', header), 'latin1') }),
  ],
  ['a NUL behind', () => ({ payload: `${JSON.stringify(claims())}\u0000` })],
  ['text behind', () => ({ payload: `${JSON.stringify(claims())}canary` })],
  ['a second document behind', () => ({ payload: `${JSON.stringify(claims())}${JSON.stringify(claims())}` })],
  ['a comma too many', () => ({ payload: `${JSON.stringify(claims()).slice(0, -1)},}` })],
  ['a comment', () => ({ payload: `/**/${JSON.stringify(claims())}` })],
  ['single quotes', () => ({ payload: JSON.stringify(claims()).replaceAll('"', "'") })],
  ['NaN', () => ({ payload: jsonWith('"x":NaN') })],
  ['JSON that is cut short', () => ({ payload: JSON.stringify(claims()).slice(0, -1) })],
  ['a payload that is a list', () => ({ payload: JSON.stringify([claims()]) })],
  ['a payload that is null', () => ({ payload: 'null' })],
  ['a payload that is text', () => ({ payload: JSON.stringify(JSON.stringify(claims())) })],
  ['a payload that is a number', () => ({ payload: '1' })],
  ['a header that is a list', () => ({ header: JSON.stringify([header]) })],
  ['a header that is null', () => ({ header: 'null' })],
  ...['aud', 'iss', 'tid', 'exp', 'oid', 'scp', 'azp', 'ver'].flatMap((name): [string, () => Forgery][] => [
    [
      `${name} twice, the good one last`,
      () => ({
        payload: `{"${name}":"canary",${JSON.stringify(claims()).slice(1)}`,
      }),
    ],
    [
      `${name} twice, the same`,
      () => ({
        payload: jsonWith(`"${name}":${JSON.stringify(claims()[name])}`),
      }),
    ],
    [`${name} again in upper case`, () => ({ payload: jsonWith(`"${name.toUpperCase()}":"canary"`) })],
    [
      `${name} again in escapes`,
      () => ({
        payload: jsonWith(`"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":"canary"`),
      }),
    ],
  ]),
  ['alg twice', () => ({ header: `{"alg":"none",${JSON.stringify(header).slice(1)}` })],
  ['kid twice', () => ({ header: jsonWith('"kid":"canary"', header) })],
  ['Alg beside alg', () => ({ header: jsonWith('"Alg":"none"', header) })],
  ['a member twice deep inside', () => ({ payload: jsonWith('"x":[{"y":{"z":1,"z":2}}]') })],
  ['lists nested 5 000 deep', () => ({ payload: jsonWith(`"x":${nested(5_000)}`) })],
  ['objects nested 1 500 deep', () => ({ payload: jsonWith(`"x":${nestedObjects(1_500)}`) })],
  [
    'a scope nested 5 000 deep',
    () => ({ payload: JSON.stringify(claims({ scp: undefined })).replace(/}$/, `,"scp":${nested(5_000)}}`) }),
  ],
  ['alg nested 5 500 deep', () => ({ header: `{"alg":${nested(5_500)}}` })],
  ['typ nested 5 500 deep', () => ({ header: `{"alg":"RS256","typ":${nested(5_500)}}` })],
  ['kid nested 5 500 deep', () => ({ header: `{"alg":"RS256","kid":${nested(5_500)}}`, payload: '{}' })],
  [
    'kid of objects nested 1 800 deep',
    () => ({ header: `{"alg":"RS256","kid":${nestedObjects(1_800)}}`, payload: '{}' }),
  ],
];

/** JSON that is well-formed and puts its members where a careless reader would find them. */
const members: [what: string, code: TokenCode, forgery: () => Forgery][] = [
  ['an empty payload', 'token_lifetime', () => ({ payload: '{}' })],
  [
    'all claims in __proto__',
    'token_lifetime',
    () => ({ payload: `{"__proto__":${JSON.stringify(claims())}}` }),
  ],
  [
    'exp in __proto__',
    'token_lifetime',
    () => ({
      payload: jsonWith('"__proto__":{"exp":99999999999}', claims({ exp: undefined })),
    }),
  ],
  [
    'tid in __proto__',
    'token_tenant',
    () => ({
      payload: jsonWith(`"__proto__":{"tid":"${String(claims()['tid'])}"}`, { ...claims(), tid: undefined }),
    }),
  ],
  [
    'aud in __proto__',
    'token_audience',
    () => ({
      payload: jsonWith(`"__proto__":{"aud":"${API.clientId}"}`, claims({ aud: undefined })),
    }),
  ],
  [
    'scp in __proto__',
    'token_no_permission',
    () => ({
      payload: jsonWith('"__proto__":{"scp":"access_as_user"}', claims({ scp: undefined })),
    }),
  ],
  [
    'roles in constructor.prototype',
    'token_no_permission',
    () => ({
      payload: jsonWith('"constructor":{"prototype":{"roles":["Admin"]}}', claims({ scp: undefined })),
    }),
  ],
  [
    'alg in __proto__',
    'token_algorithm',
    () => ({
      header: `{"typ":"JWT","kid":"${key.kid}","__proto__":{"alg":"RS256"}}`,
    }),
  ],
  ['kid in __proto__', 'token_key', () => ({ header: `{"alg":"RS256","__proto__":{"kid":"${key.kid}"}}` })],
];

describe.each(ADAPTERS)('The structure of a token, on %s', (adapter) => {
  const target = useTarget(adapter, { platform: new Platform(key) });

  it.each([...parts, ...spellings])('is refused: %s', async (_what, token) => {
    await expectRefused(target, token(), 'token_malformed', good);
  });

  it.each(documents)('is refused, though signed: %s', async (_what, forgery) => {
    await expectRefused(target, forge(key, forgery()), 'token_malformed', good);
  });

  it.each(members)('is believed in its own members alone: %s (%s)', async (_what, code, forgery) => {
    await expectRefused(target, forge(key, forgery()), code, good);
  });

  it.each([
    ['an asterisk', `${good}*`],
    ['padding within', `${HEADER}=.${PAYLOAD}.${SIGNATURE}`],
    ['a space within', `${HEADER}. ${PAYLOAD}.${SIGNATURE}`],
    ['a zero-width space in UTF-8', `${good}\u00e2\u0080\u008b`],
    ['the unencoded parts', JSON.stringify({ header, payload: 'canary' })],
    [
      'the JSON serialization',
      JSON.stringify({ payload: PAYLOAD, signatures: [{ protected: HEADER, signature: SIGNATURE }] }),
    ],
  ])('is no token68: %s', async (_what, token) => {
    const reply = await target.get(token);
    expectMalformed(reply);
    expectNoEcho(reply, token);
    expect((await target.get(good)).status).toBe(200);
  });

  it('an empty token is none', async () => {
    expectMissing(target, await target.get(''));
  });

  it('claims named like members of objects are nobody’s but the token’s', async () => {
    const payload = jsonWith(
      '"constructor":"a","toString":"b","hasOwnProperty":"c","valueOf":{},"__proto__":{"isAppOnly":true,"roles":["Admin"]}',
    );
    const reply = await target.get(forge(key, { payload }));
    expect(reply.body).toMatchObject({ oid: ADELE.oid, isAppOnly: false, roles: [] });
    expect(({} as Record<string, unknown>)['isAppOnly']).toBeUndefined();
  });

  it('white space, escapes and text beyond ASCII are fine', async () => {
    const payload = JSON.stringify(claims({ name: 'Zoë \u{1f600} \u2028 "\\' }), null, '\t');
    expect((await target.get(forge(key, { payload }))).status).toBe(200);
  });

  it('a hostile structure is refused quickly', async () => {
    const began = performance.now();
    for (const token of [
      `${HEADER}.${'A'.repeat(14_000)}.${SIGNATURE}`,
      `${'a.'.repeat(7_000)}a`,
      forge(key, { payload: `{${Array.from({ length: 900 }, (_, index) => `"${index}":{}`).join()}}` }),
      forge(key, { payload: `{"x":"${'\\"'.repeat(4_000)}"}` }),
    ])
      expect((await target.get(token)).status).toBe(401);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe.each(ADAPTERS)('The size of a token, on %s', (adapter) => {
  const platform = new Platform(key);
  const usual = useTarget(adapter, { platform });
  const roomy = useTarget(adapter, { platform, isRoomy: true });
  const groups = Array.from(
    { length: 200 },
    (_, index) => `5a0a1a8c-3d0e-4f61-9a51-${String(index).padStart(12, '0')}`,
  );
  const ofLength = (length: number): string => {
    for (let filler = length; filler > 0; filler--) {
      const token = forge(key, {
        payload: claims({ filler: 'x'.repeat(filler) }),
        sign: () => Buffer.alloc(256),
      });
      if (token.length <= length) return forge(key, { payload: claims({ filler: 'x'.repeat(filler) }) });
      filler -= Math.max(0, Math.floor((token.length - length) * 0.74) - 2);
    }
    throw new Error('No token of that length');
  };

  it('a token with 200 groups is accepted', async () => {
    const token = forge(key, { payload: claims({ groups }) });
    expect(token.length).toBeGreaterThan(10_500);
    expect((await usual.get(token)).status).toBe(200);
  });

  it('a token of 15 kB is accepted', async () => {
    const token = ofLength(15_000);
    expect(token.length).toBeGreaterThan(14_990);
    expect((await usual.get(token)).status).toBe(200);
  });

  it('above 16 kB the server answers 431 before anybody reads it, and lives on', async () => {
    const connection = await usual.anotherConnection();
    const reply = await connection.send('GET', '/me', [`Authorization: Bearer ${'canary'.repeat(3_000)}`]);
    expect(reply.status).toBe(431);
    expectNoEcho(reply, 'canary');
    connection.close();
    expect((await usual.get(good)).status).toBe(200);
  });

  it('a server that takes longer headers changes nothing: 16 384 characters, and no more', async () => {
    const longest = ofLength(16_384);
    expect(longest.length).toBeGreaterThan(16_380);
    expect((await roomy.get(longest)).status).toBe(200);
    for (const token of [ofLength(16_388), ofLength(40_000), 'a'.repeat(16_385)]) {
      expect(token.length).toBeGreaterThan(16_384);
      const reply = await roomy.get(token);
      expectInvalidToken(roomy, reply, 'token_too_large');
      expectNoEcho(reply, token);
    }
    expect((await roomy.get(good)).status).toBe(200);
  });
});

/** The claims with bytes of any kind in a text at their end. */
function bytesIn(opening: string, bytes: readonly number[]): Buffer {
  const json = JSON.stringify(claims());
  return Buffer.concat([
    Buffer.from(`${json.slice(0, -1)},${opening}`),
    Buffer.from(bytes),
    Buffer.from('"}'),
  ]);
}
