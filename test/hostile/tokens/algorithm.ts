import {
  constants,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { describe, it } from 'vitest';
import { ADAPTERS } from '../../support/nest-app.js';
import { forge, rs256, rsaKey, type Forgery, type Signer } from '../support/forge.js';
import { Platform } from '../support/platform.js';
import { expectRefused, type TokenCode } from '../support/refusal.js';
import { useTarget } from '../support/target.js';

const key = rsaKey();
const good = forge(key);
const { publicKey, privateKey } = key;
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const edwards = generateKeyPairSync('ed25519');

const hmac =
  (hash: string, secret: string | Buffer | KeyObject): Signer =>
  (input) =>
    createHmac(hash, secret).update(input).digest();
const pss: Signer = (input) =>
  sign('sha256', Buffer.from(input), {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
const rsa =
  (hash: string): Signer =>
  (input) =>
    sign(hash, Buffer.from(input), privateKey);
const ecdsa =
  (hash: string): Signer =>
  (input) =>
    sign(hash, Buffer.from(input), { key: curve.privateKey, dsaEncoding: 'ieee-p1363' });
const eddsa: Signer = (input) => sign(null, Buffer.from(input), edwards.privateKey);
const nothing: Signer = () => Buffer.from('none');

/** The public key in every form that somebody might take for a shared secret. */
const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const secrets: Readonly<Record<string, string | Buffer>> = {
  'SPKI PEM': spki,
  'SPKI PEM without its last line break': spki.trimEnd(),
  'SPKI PEM in one line': spki.replaceAll('\n', ''),
  'SPKI PEM with a blank before it': ` ${spki}`,
  'SPKI PEM with CRLF': spki.replaceAll('\n', '\r\n'),
  'PKCS#1 PEM': publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  'SPKI DER': publicKey.export({ type: 'spki', format: 'der' }),
  'PKCS#1 DER': publicKey.export({ type: 'pkcs1', format: 'der' }),
  JWK: JSON.stringify(publicKey.export({ format: 'jwk' })),
  'the published JWK': JSON.stringify(key.jwk),
  'the modulus in base64url': String(key.jwk.n),
  'the bytes of the modulus': Buffer.from(String(key.jwk.n), 'base64url'),
  'its kid': key.kid,
  nothing: '',
};

const cases: [what: string, code: TokenCode, forgery: Forgery][] = [
  ...['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\u0000', 'no\u200bne', 'n\u00f6ne'].flatMap(
    (alg): [string, TokenCode, Forgery][] => [
      [
        `${JSON.stringify(alg)} with something for a signature`,
        'token_algorithm',
        { header: { alg }, sign: nothing },
      ],
      [`${JSON.stringify(alg)} with the signature of RS256`, 'token_algorithm', { header: { alg } }],
      [
        `${JSON.stringify(alg)} without a signature`,
        'token_malformed',
        { header: { alg }, sign: () => Buffer.alloc(0) },
      ],
    ],
  ),
  ...Object.entries(secrets).flatMap(([form, secret]): [string, TokenCode, Forgery][] => [
    [`HS256 by ${form}`, 'token_algorithm', { header: { alg: 'HS256' }, sign: hmac('sha256', secret) }],
    [`HMAC by ${form} under the name of RS256`, 'token_signature', { sign: hmac('sha256', secret) }],
  ]),
  [
    'HS256 by a key of zeros',
    'token_algorithm',
    {
      header: { alg: 'HS256' },
      sign: hmac('sha256', createSecretKey(Buffer.alloc(32))),
    },
  ],
  ['HS384 by SPKI PEM', 'token_algorithm', { header: { alg: 'HS384' }, sign: hmac('sha384', spki) }],
  ['HS512 by SPKI PEM', 'token_algorithm', { header: { alg: 'HS512' }, sign: hmac('sha512', spki) }],
  ['RS384 by the same key', 'token_algorithm', { header: { alg: 'RS384' }, sign: rsa('sha384') }],
  ['RS512 by the same key', 'token_algorithm', { header: { alg: 'RS512' }, sign: rsa('sha512') }],
  ['RS1 by the same key', 'token_algorithm', { header: { alg: 'RS1' }, sign: rsa('sha1') }],
  ['PS256 by the same key', 'token_algorithm', { header: { alg: 'PS256' }, sign: pss }],
  ['RS384 under the name of RS256', 'token_signature', { sign: rsa('sha384') }],
  ['RS512 under the name of RS256', 'token_signature', { sign: rsa('sha512') }],
  ['SHA-1 under the name of RS256', 'token_signature', { sign: rsa('sha1') }],
  ['PS256 under the name of RS256', 'token_signature', { sign: pss }],
  [
    'ES256 by a published key',
    'token_algorithm',
    { header: { alg: 'ES256', kid: 'curve' }, sign: ecdsa('sha256') },
  ],
  [
    'ES256 under the name of RS256, by a published key',
    'token_key',
    { header: { kid: 'curve' }, sign: ecdsa('sha256') },
  ],
  [
    'ES256 with a signature of zeros',
    'token_algorithm',
    {
      header: { alg: 'ES256', kid: 'curve' },
      sign: () => Buffer.alloc(64),
    },
  ],
  [
    'ES256 with a signature of zeros and the RSA key',
    'token_algorithm',
    {
      header: { alg: 'ES256' },
      sign: () => Buffer.alloc(64),
    },
  ],
  ['64 zeros under the name of RS256', 'token_signature', { sign: () => Buffer.alloc(64) }],
  ['EdDSA by a published key', 'token_algorithm', { header: { alg: 'EdDSA', kid: 'edwards' }, sign: eddsa }],
  [
    'EdDSA under the name of RS256, by a published key',
    'token_key',
    { header: { kid: 'edwards' }, sign: eddsa },
  ],
  ['a published shared secret', 'token_key', { header: { kid: 'shared' }, sign: hmac('sha256', 'canary') }],
  ...[
    undefined,
    null,
    '',
    'rs256',
    'Rs256',
    'RS256 ',
    ' RS256',
    'RS256\u0000',
    'RS256\r\nSet-Cookie: canary=1',
    'RS256", error="canary',
    'RSA-OAEP',
    'dir',
    256,
    true,
    ['RS256'],
    ['none', 'RS256'],
    { alg: 'RS256' },
    { toString: 'RS256' },
  ].map((alg): [string, TokenCode, Forgery] => [
    `alg ${JSON.stringify(alg)}, signed with RS256`,
    'token_algorithm',
    { header: { alg }, sign: rs256(privateKey) },
  ]),
];

describe.each(ADAPTERS)('The algorithm of a token, on %s', (adapter) => {
  const platform = new Platform(key);
  platform.published.push(
    { ...curve.publicKey.export({ format: 'jwk' }), kid: 'curve', use: 'sig' },
    { ...edwards.publicKey.export({ format: 'jwk' }), kid: 'edwards', use: 'sig' },
    { kty: 'oct', k: Buffer.from('canary').toString('base64url'), kid: 'shared', use: 'sig', alg: 'HS256' },
    { kty: 'oct', k: Buffer.from('canary').toString('base64url'), kid: key.kid, use: 'sig' },
  );
  const target = useTarget(adapter, { platform });

  it.each(cases)('is RS256, and not: %s (%s)', async (_what, code, forgery) => {
    await expectRefused(target, forge(key, forgery), code, good);
  });
});
