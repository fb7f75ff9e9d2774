import { createHash, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { ADELE, API, CLIENT } from './identities.js';

/** The tenant of the API. */
export const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
export const OTHER_TENANT = 'a1b2c3d4-0b1e-4f7a-9d43-1c2b3a4d5e6f';
export const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
export const INSTANCE = 'https://login.microsoftonline.com';

/** A key pair as an identity platform holds it. */
export interface TestKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** As it is published. */
  readonly jwk: JsonWebKey & Record<string, unknown>;
}

/** Makes an RSA key; `more` goes over what is published of it. */
export function rsaKey(more: Record<string, unknown> = {}, modulusLength = 2048): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const exported = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(exported.n)).digest('base64url').slice(0, 27);
  const jwk = { ...exported, use: 'sig', kid, x5t: kid, ...more };
  return { kid: typeof jwk.kid === 'string' ? jwk.kid : kid, publicKey, privateKey, jwk };
}

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);

type Members = Readonly<Record<string, unknown>>;

/** What Entra says of a user in a v2.0 token for the API; a member that is `undefined` is left out. */
export function claims(changes: Members = {}): Record<string, unknown> {
  const tid = typeof changes['tid'] === 'string' ? changes['tid'] : TENANT;
  return {
    aud: API.clientId,
    iss: `${INSTANCE}/${tid}/v2.0`,
    iat: now() - 300,
    nbf: now() - 300,
    exp: now() + 3_600,
    azp: CLIENT.clientId,
    azpacr: '0',
    name: ADELE.name,
    oid: ADELE.oid,
    scp: 'access_as_user',
    sub: 'pairwise-subject-of-adele',
    tid,
    ver: '2.0',
    ...changes,
  };
}

/** The same in a v1.0 token. */
export function v1Claims(changes: Members = {}): Record<string, unknown> {
  const tid = typeof changes['tid'] === 'string' ? changes['tid'] : TENANT;
  return claims({
    ver: '1.0',
    iss: `https://sts.windows.net/${tid}/`,
    aud: `api://${API.clientId}`,
    azp: undefined,
    azpacr: undefined,
    appid: CLIENT.clientId,
    appidacr: '0',
    ...changes,
  });
}

/** Base64url of bytes, of text, or of a value as JSON. */
export function encoded(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('base64url');
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A signature over the first two parts of a token. */
export type Signer = (input: string) => Buffer;

export const rs256 =
  (key: KeyObject): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), key);

/** What a token is made of. Text and bytes are taken as they are, so that what is no JSON can be signed as well. */
export interface Forgery {
  readonly header?: Members | string | Buffer;
  readonly payload?: Members | string | Buffer;
  readonly sign?: Signer;
}

/** A token under the name of `key`: signed with it, unless `sign` says otherwise. */
export function forge(key: TestKey, { header, payload, sign: signer }: Forgery = {}): string {
  const isRaw = typeof header === 'string' || Buffer.isBuffer(header);
  const head = isRaw ? header : { typ: 'JWT', alg: 'RS256', kid: key.kid, ...header };
  const input = `${encoded(head)}.${encoded(payload ?? claims())}`;
  return `${input}.${(signer ?? rs256(key.privateKey))(input).toString('base64url')}`;
}

/** A token of these very parts, however they are spelt, with a signature that covers them. */
export function signParts(key: TestKey, header: string, payload: string): string {
  const input = `${header}.${payload}`;
  return `${input}.${rs256(key.privateKey)(input).toString('base64url')}`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Another spelling of the same bytes: the last character with an unused bit set. */
export function alias(part: string): string {
  if (part.length % 4 === 0) throw new Error('This part has no unused bits');
  return part.slice(0, -1) + ALPHABET[ALPHABET.indexOf(part.slice(-1)) ^ 1];
}

/** Base64url of JSON that leaves bits of its last character unused. */
export function encodedWithUnusedBits(value: unknown): string {
  const json = JSON.stringify(value);
  return encoded(json.length % 3 === 0 ? `${json} ` : json);
}

/** The claims as JSON with one of them written as `json` says, which need be nothing that JavaScript can hold. */
export function claimsWith(name: string, json: string, of: Members = claims()): string {
  const others = JSON.stringify({ ...of, [name]: undefined });
  return `${others.slice(0, -1)},"${name}":${json}}`;
}
