import { randomUUID } from 'node:crypto';
import { sign, type JwtHeader } from 'jsonwebtoken';
import {
  EXPIRED_SECRET,
  FEDERATED_SUBJECT,
  obtainAppOnlyToken,
  obtainRefreshToken,
  SECRET,
  type World,
} from './case-world.js';
import { clientAssertion, type AssertionChanges } from './client-certificate.js';
import { decode } from './token-client.js';

/** A value for a placeholder: the first rule whose pattern matches makes it. */
type Rule = readonly [RegExp, (world: World, match: RegExpExecArray) => string | Promise<string>];

/** The forms of a placeholder, by the parameter it stands in. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  client_id: [
    [/^<api>$/, ({ api }) => api.clientId],
    [/public/i, ({ publicClient }) => publicClient.clientId],
    [/multi-?tenant|no service principal|without service principal/i, ({ stranger }) => stranger.clientId],
    [/unknown|unregistered|not (in|registered)|random|other|guid/i, () => randomUUID()],
  ],
  client_secret: [
    [/^<valid>$/, () => SECRET],
    [/expired/i, () => EXPIRED_SECRET],
    [/wrong|invalid|bad|unknown/i, () => 'a wrong secret'],
  ],
  assertion: [
    [/^<valid user token/, validUserToken],
    [
      /^<aud=(\S+) vs \S+>$/,
      ({ emulator }, match) => emulator.issueAccessToken({ ver: '1.0', aud: match[1] }),
    ],
    [/^<aud=(\S+)>$/, ({ emulator }, match) => emulator.issueAccessToken({ aud: match[1] })],
    [
      /^<iss=(\S+)>$/,
      ({ emulator, api }, match) => emulator.issueAccessToken({ aud: api.clientId, iss: match[1] }),
    ],
    [/idtyp=app|app-only/i, obtainAppOnlyToken],
    [/id_?token/i, ({ emulator, api }) => emulator.issueIdToken({ aud: api.clientId })],
    [/graph|nonce/i, ({ emulator }) => emulator.issueAccessToken({ aud: 'https://graph.microsoft.com' })],
    [/unknown|foreign|other key|another|wrong key|not (the )?tenant/i, tokenWithForeignKey],
    [/tamper|alter|bad signature/i, alteredToken],
    [/exp/i, expiredUserToken],
    [/opaque|not a jwt|truncated|garbage|malformed/i, () => 'EwB4A8l6BAAU'],
  ],
  client_assertion: [
    [/^<aud: \[/, (world) => certificateAssertion(world, { claims: { aud: [authority(world), 'x'] } })],
    [
      /no key id|without (x5t|kid|key)|no x5t/i,
      (world) => certificateAssertion(world, { header: { x5t: undefined } }),
    ],
    [
      /no exp|without exp/i,
      (world) => certificateAssertion(world, { claims: { exp: undefined, nbf: undefined } }),
    ],
    [
      /no aud|without aud|missing aud|aud missing/i,
      (world) => certificateAssertion(world, { claims: { aud: undefined } }),
    ],
    [
      /no iss|without iss|missing iss|iss missing/i,
      (world) => certificateAssertion(world, { claims: { iss: undefined } }),
    ],
    [/hs256/i, (world) => certificateAssertion(world, { algorithm: 'HS256', key: 'a shared secret' })],
    [/bad signature|wrong signature/i, (world) => certificateAssertion(world, { key: world.foreignKey })],
    [/cert.*(expired|validity|outside|dead)|(expired|outside).*cert/i, expiredCertificateAssertion],
    [/exp/i, (world) => certificateAssertion(world, { claims: { nbf: 1_000_000, exp: 1_000_600 } })],
    [/unregistered|not registered|unknown|(an)?other (key|cert)|wrong (key|cert)/i, unregisteredAssertion],
    [
      /aud other|other (tenant|host)|aud of another/i,
      (world) =>
        certificateAssertion(world, { claims: { aud: `${world.emulator.url}/${randomUUID()}/v2.0` } }),
    ],
    [/replay|valid/i, (world) => certificateAssertion(world, {})],
    [/not a jwt|garbage|malformed|opaque|truncated/i, () => 'abc'],
    [
      /(sub|iss).*(≠|!=|differ|other|mismatch|client_id)/i,
      (world) => certificateAssertion(world, { claims: { sub: randomUUID() } }),
    ],
  ],
  federated_assertion: [
    [/iss/i, (world) => federatedToken(world, { iss: 'https://unknown.example' })],
    [/aud/i, (world) => federatedToken(world, { aud: 'api://somebody-else' })],
    [/sub.*case|case.*sub/i, (world) => federatedToken(world, { sub: FEDERATED_SUBJECT.toUpperCase() })],
    [/sub/i, (world) => federatedToken(world, { sub: 'system:serviceaccount:shop:web' })],
    [/valid/i, (world) => federatedToken(world, {})],
  ],
  refresh_token: [
    [/stale|inactive|90/i, staleRefreshToken],
    [/revoked/i, revokedRefreshToken],
    [/garbage|malformed/i, () => 'garbage'],
  ],
};

/** The value of a form parameter: literal text stays, a placeholder becomes what it describes. */
export async function parameterValue(
  world: World,
  name: string,
  text: string,
  describes: string,
): Promise<string> {
  if (name === 'scope') {
    return scopeValue(world, text);
  }
  if (!/^<.*>$/s.test(text)) {
    return text;
  }
  const isFederated = name === 'client_assertion' && /federated/i.test(describes);
  const rules = RULES[isFederated ? 'federated_assertion' : name] ?? [];
  // Some cases say only in their description what is special about the parameter.
  for (const words of [text, describes]) {
    for (const [pattern, make] of rules) {
      const match = pattern.exec(words);
      if (match !== null) {
        return make(world, match);
      }
    }
  }
  throw new Error(`Nobody knows what ${name}=${text} stands for.`);
}

function scopeValue({ api, other }: World, text: string): string {
  const value = text.replaceAll('<api>', api.clientId).replaceAll('<other>', other.clientId);
  if (value.includes('<')) {
    throw new Error(`Nobody knows what scope=${text} stands for.`);
  }
  return value;
}

function validUserToken({ emulator, api, user }: World): string {
  return emulator.issueAccessToken({ aud: api.clientId, oid: user.oid });
}

/** Half a second late: there is no leeway. */
function expiredUserToken(world: World): string {
  const seconds = Math.floor(Date.now() / 1000);
  world.clock.offsetMs = seconds * 1000 + 1 - Date.now();
  return world.emulator.issueAccessToken({ aud: world.api.clientId, exp: seconds });
}

function tokenWithForeignKey(world: World): string {
  const { header, payload } = decode(validUserToken(world));
  return sign(payload, world.foreignKey, {
    header: { ...header, alg: 'RS256', kid: 'unknown' } as JwtHeader,
  });
}

function alteredToken(world: World): string {
  const [header = '', payload = '', signature = ''] = validUserToken(world).split('.');
  const altered = { ...decode(`${header}.${payload}`).payload, scp: 'Everything' };
  return [header, Buffer.from(JSON.stringify(altered)).toString('base64url'), signature].join('.');
}

function authority({ emulator }: World): string {
  return `${emulator.url}/${emulator.tenantId}/v2.0`;
}

function certificateAssertion(world: World, changes: AssertionChanges): string {
  return clientAssertion(world.certificates.registered, world.api.clientId, authority(world), changes);
}

function expiredCertificateAssertion(world: World): string {
  return clientAssertion(world.certificates.expired, world.api.clientId, authority(world));
}

function unregisteredAssertion(world: World): string {
  return clientAssertion(world.certificates.unregistered, world.api.clientId, authority(world));
}

function federatedToken({ emulator }: World, claims: Readonly<Record<string, unknown>>): string {
  return emulator.issueAccessToken({
    aud: 'api://AzureADTokenExchange',
    sub: FEDERATED_SUBJECT,
    scp: undefined,
    ...claims,
  });
}

async function staleRefreshToken(world: World): Promise<string> {
  const token = await obtainRefreshToken(world);
  world.clock.offsetMs = 90 * 86_400_000;
  return token;
}

async function revokedRefreshToken(world: World): Promise<string> {
  const token = await obtainRefreshToken(world);
  world.user.tokensValidFrom = new Date(Date.now() + 1000);
  return token;
}
