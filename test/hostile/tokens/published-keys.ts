import { describe, expect, it } from 'vitest';
import { ADAPTERS, type Adapter } from '../../support/nest-app.js';
import {
  claims,
  CONSUMERS,
  forge,
  INSTANCE,
  OTHER_TENANT,
  rsaKey,
  TENANT,
  v1Claims,
  type TestKey,
} from '../support/forge.js';
import { Platform } from '../support/platform.js';
import { expectRefused } from '../support/refusal.js';
import { useTarget } from '../support/target.js';

const key = rsaKey({ issuer: `${INSTANCE}/{tenantid}/v2.0` });
const good = forge(key);
const issuer = (tid: string): string => `${INSTANCE}/${tid}/v2.0`;

const unusable: Readonly<Record<string, TestKey>> = {
  'of 1 024 bits': rsaKey({}, 1024),
  'of 2 040 bits': rsaKey({}, 2040),
  'for encryption': rsaKey({ use: 'enc' }),
  'of no known use': rsaKey({ use: 'SIG' }),
  'for RS512': rsaKey({ alg: 'RS512' }),
  'for PS256': rsaKey({ alg: 'PS256' }),
  'for RSA-OAEP': rsaKey({ alg: 'RSA-OAEP' }),
  'of another type': rsaKey({ kty: 'EC' }),
  'whose type is in lower case': rsaKey({ kty: 'rsa' }),
  'whose modulus is a list': rsaKey({ n: ['AQAB'] }),
  'bound to an issuer that cannot be read': rsaKey({ issuer: [issuer(OTHER_TENANT)] }),
  'bound to an issuer that is null': rsaKey({ issuer: null }),
};

/** Keys that are bound to an issuer, which is not this token's. */
const bound: Readonly<Record<string, TestKey>> = {
  'of another tenant': rsaKey({ issuer: issuer(OTHER_TENANT) }),
  'of personal accounts': rsaKey({ issuer: issuer(CONSUMERS) }),
  'of another cloud': rsaKey({ issuer: 'https://login.microsoftonline.us/{tenantid}/v2.0' }),
  'of any tenant elsewhere': rsaKey({ issuer: 'https://login.example/{tenantid}/v2.0' }),
  'with a slash too many': rsaKey({ issuer: `${issuer(TENANT)}/` }),
  'in upper case': rsaKey({ issuer: issuer(TENANT).toUpperCase() }),
  'that is empty': rsaKey({ issuer: '' }),
  'of v1.0': rsaKey({ issuer: `https://sts.windows.net/${TENANT}/` }),
};
const own = rsaKey({ issuer: issuer(TENANT) });
const unbound = rsaKey();

describe.each(ADAPTERS)('A published key, on %s', (adapter: Adapter) => {
  const first = rsaKey({ kid: 'twice' });
  const second = rsaKey({ kid: 'twice' });
  const weakFirst = rsaKey({ kid: 'weak-and-strong' }, 1024);
  const strong = rsaKey({ kid: 'weak-and-strong' });
  const named = rsaKey({ kid: 'encrypting', use: 'enc' });
  const platform = new Platform(
    ...Object.values(unusable),
    key,
    ...Object.values(bound),
    own,
    unbound,
    first,
    second,
    weakFirst,
    strong,
    named,
  );
  platform.published.push(null, 'key', 7, [], {}, { kty: 'RSA' }, { ...rsaKey().jwk, kid: undefined });
  const target = useTarget(adapter, { platform });

  it.each(Object.entries(unusable))('%s signs nothing', async (_what, unusableKey) => {
    await expectRefused(target, forge(unusableKey), 'token_key', good);
  });

  it.each(Object.entries(bound))('bound to an issuer %s signs for no other', async (_what, boundKey) => {
    await expectRefused(target, forge(boundKey), 'token_issuer', good);
  });

  it('of another tenant signs for nobody here, whatever tenant the token names', async () => {
    const foreign = bound['of another tenant'] as TestKey;
    await expectRefused(
      target,
      forge(foreign, { payload: claims({ tid: OTHER_TENANT }) }),
      'token_tenant',
      good,
    );
    for (const tid of [
      undefined,
      null,
      [OTHER_TENANT],
      '{tenantid}',
      `$&`,
      '$`',
      `${TENANT}/../${OTHER_TENANT}`,
    ])
      await expectRefused(
        target,
        forge(foreign, { payload: claims({ tid, iss: issuer(TENANT) }) }),
        'token_issuer',
        good,
      );
  });

  it('bound to this tenant, to a template, or to none signs for it, v1.0 tokens too', async () => {
    for (const usable of [own, unbound, key]) {
      expect((await target.get(forge(usable))).status).toBe(200);
      expect((await target.get(forge(usable, { payload: v1Claims() }))).status).toBe(200);
    }
  });

  it('is not guessed among two of one name: the first usable one counts', async () => {
    expect((await target.get(forge(first))).status).toBe(200);
    await expectRefused(target, forge(second), 'token_signature', good);
    expect((await target.get(forge(strong))).status).toBe(200);
    await expectRefused(target, forge(weakFirst), 'token_signature', good);
  });
});
