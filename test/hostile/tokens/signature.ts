import { constants, createHash, privateEncrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../support/nest-app.js';
import { ADELE, BEN } from '../support/identities.js';
import { claims, encoded, forge, rs256, rsaKey, type Signer, type TestKey } from '../support/forge.js';
import { Platform } from '../support/platform.js';
import { expectRefused, type TokenCode } from '../support/refusal.js';
import { useTarget } from '../support/target.js';

const key = rsaKey();
const second = rsaKey();
const stranger = rsaKey();
const good = forge(key);
const bens = forge(key, { payload: claims({ oid: BEN.oid }) });
const [HEADER = '', PAYLOAD = '', SIGNATURE = ''] = good.split('.');
const [, BENS_PAYLOAD = ''] = bens.split('.');
const bytes = Buffer.from(SIGNATURE, 'base64url');

const signerOf = ({ privateKey }: TestKey): Signer => rs256(privateKey);
const withSignature = (signature: Buffer): string =>
  `${HEADER}.${PAYLOAD}.${signature.toString('base64url')}`;
const flipped = (at: number, mask = 1): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
};

/** What stands before a SHA-256 hash in PKCS#1 v1.5 (RFC 8017 section 9.2, note 1). */
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const hash = createHash('sha256').update(`${HEADER}.${PAYLOAD}`).digest();
const digestInfo = Buffer.concat([SHA256_INFO, hash]);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/** 256 bytes: a head, bytes of filling, and an end. */
const block = (head: string, filling: number, end: Buffer): Buffer => {
  const start = hex(head);
  return Buffer.concat([start, Buffer.alloc(256 - start.length - end.length, filling), end]);
};
const tail = (...parts: Buffer[]): Buffer => Buffer.concat([hex('00'), ...parts]);
/** Signs a block as it is: RSA without any padding of its own. */
const raw = (block: Buffer): string =>
  withSignature(privateEncrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, block));
/** The block of garbage behind the hash that low exponents make easy to forge. */
const garbageBehind = (paddingLength: number): Buffer => {
  const start = Buffer.concat([hex('0001'), Buffer.alloc(paddingLength, 0xff), tail(digestInfo)]);
  return Buffer.concat([start, Buffer.alloc(256 - start.length, 0x41)]);
};
const longInfo = Buffer.concat([hex('308131300d060960864801650304020105000420'), hash]);
const infoWithoutNull = Buffer.concat([hex('302f300b0609608648016503040201'), hex('0420'), hash]);
const infoWithGarbage = Buffer.concat([
  hex('3035301106096086480165030402010504' + '61616161'),
  hex('0420'),
  hash,
]);
const number = (buffer: Buffer): bigint => BigInt(`0x${buffer.toString('hex')}`);
const fromNumber = (value: bigint): Buffer => {
  const text = value.toString(16);
  return hex(text.padStart(Math.max(512, text.length + (text.length % 2)), '0'));
};
const modulus = number(Buffer.from(String(key.jwk.n), 'base64url'));

const cases: [what: string, token: () => string, code?: TokenCode][] = [
  ['a bit of its first byte', () => withSignature(flipped(0))],
  ['the highest bit', () => withSignature(flipped(0, 0x80))],
  ['a bit in the middle', () => withSignature(flipped(128, 0x10))],
  ['the lowest bit', () => withSignature(flipped(255))],
  ['zeros', () => withSignature(Buffer.alloc(256))],
  ['a single zero', () => withSignature(Buffer.alloc(1))],
  ['one', () => withSignature(fromNumber(1n))],
  ['ones', () => withSignature(Buffer.alloc(256, 0xff))],
  ['the modulus', () => withSignature(fromNumber(modulus))],
  ['the modulus less one', () => withSignature(fromNumber(modulus - 1n))],
  ['itself and the modulus', () => withSignature(fromNumber(number(bytes) + modulus))],
  ['its negative', () => withSignature(fromNumber(modulus - number(bytes)))],
  ['a byte less', () => withSignature(bytes.subarray(0, 255))],
  ['without its first byte', () => withSignature(bytes.subarray(1))],
  ['a zero before', () => withSignature(Buffer.concat([hex('00'), bytes]))],
  ['a zero behind', () => withSignature(Buffer.concat([bytes, hex('00')]))],
  ['twice', () => withSignature(Buffer.concat([bytes, bytes]))],
  ['in reverse', () => withSignature(Buffer.from(bytes).reverse())],
  ['as hexadecimal text', () => withSignature(Buffer.from(bytes.toString('hex')))],
  ['as base64 text', () => withSignature(Buffer.from(SIGNATURE))],
  [
    'of another published key, under this name',
    () => forge(key, { payload: claims(), sign: signerOf(second) }),
  ],
  ['of this key, under the name of another', () => forge(second, { sign: signerOf(key) })],
  ['of a stranger, under this name', () => forge(stranger, { header: { kid: key.kid } })],
  ['of a stranger, under its own name', () => forge(stranger), 'token_key'],
  ['of another payload', () => `${HEADER}.${BENS_PAYLOAD}.${SIGNATURE}`],
  [
    'of a payload with one claim changed',
    () =>
      `${HEADER}.${encoded(Buffer.from(PAYLOAD, 'base64url').toString().replace(ADELE.oid, BEN.oid))}.${SIGNATURE}`,
  ],
  [
    'of another header',
    () => `${encoded({ alg: 'RS256', typ: 'JWT', kid: key.kid })}.${PAYLOAD}.${SIGNATURE}`,
  ],
  [
    'of a header with a member more',
    () => `${encoded({ typ: 'JWT', alg: 'RS256', kid: key.kid, x: 1 })}.${PAYLOAD}.${SIGNATURE}`,
  ],
  ['over the payload alone', () => forge(key, { sign: (input) => signerOf(key)(input.split('.')[1] ?? '') })],
  ['over both without the dot', () => forge(key, { sign: (input) => signerOf(key)(input.replace('.', '')) })],
  [
    'over the decoded parts',
    () =>
      forge(key, {
        sign: (input) =>
          signerOf(key)(
            input
              .split('.')
              .map((part) => Buffer.from(part, 'base64url').toString())
              .join('.'),
          ),
      }),
  ],
  ['with PKCS#1 padding of zeros', () => raw(block('0001', 0x00, tail(digestInfo)))],
  ['with PKCS#1 padding of the kind of encryption', () => raw(block('0002', 0xff, tail(digestInfo)))],
  ['with PKCS#1 padding of kind 0', () => raw(block('0000', 0x00, tail(digestInfo)))],
  [
    'with a byte other than FF in the padding',
    () => {
      const changed = block('0001', 0xff, tail(digestInfo));
      changed[100] = 0xfe;
      return raw(changed);
    },
  ],
  [
    'without the zero behind the padding',
    () => raw(block('0001', 0xff, Buffer.concat([hex('ff'), digestInfo]))),
  ],
  ['without padding, garbage behind', () => raw(garbageBehind(0))],
  ['with eight bytes of padding, garbage behind', () => raw(garbageBehind(8))],
  ['with garbage behind the hash', () => raw(block('0001', 0xff, tail(digestInfo, hex('00'))))],
  ['with garbage in the parameters', () => raw(block('0001', 0xff, tail(infoWithGarbage)))],
  ['with a length in the long form', () => raw(block('0001', 0xff, tail(longInfo)))],
  ['without the NULL of the parameters', () => raw(block('0001', 0xff, tail(infoWithoutNull)))],
  ['with the bare hash', () => raw(block('0001', 0xff, tail(hash)))],
  [
    'with the name of SHA-1 before the hash',
    () => raw(block('0001', 0xff, tail(hex('3021300906052b0e03021a05000414'), hash))),
  ],
  [
    'with the name of SHA-512 before the hash',
    () => raw(block('0001', 0xff, tail(hex('3051300d060960864801650304020305000440'), hash))),
  ],
  ['with a hash cut short', () => raw(block('0001', 0xff, tail(SHA256_INFO, hash.subarray(0, 31))))],
  ['with an empty hash', () => raw(block('0001', 0xff, tail(SHA256_INFO)))],
  ['with nothing but padding', () => raw(block('0001', 0xff, Buffer.alloc(0)))],
  ['of nothing at all', () => raw(Buffer.alloc(256))],
];

describe.each(ADAPTERS)('The signature of a token, on %s', (adapter) => {
  const target = useTarget(adapter, { platform: new Platform(key, second) });

  it('holds when it is made in the same way as the broken ones, and well', async () => {
    // Else the cases below would be refused for the way they are made.
    expect(raw(block('0001', 0xff, tail(digestInfo)))).toBe(good);
    expect((await target.get(good)).status).toBe(200);
    expect((await target.get(forge(second))).status).toBe(200);
  });

  it.each(cases)('does not hold: %s', async (_what, token, code = 'token_signature') => {
    await expectRefused(target, token(), code, good);
  });
});
