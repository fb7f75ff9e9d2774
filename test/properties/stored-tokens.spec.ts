import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import type { TokenCacheStore } from 'nestjs-entra';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStoredTokens } from '../../libs/nestjs-entra/src/acquisition/create-stored-tokens.js';
import { TokenAcquirer } from '../../libs/nestjs-entra/src/acquisition/token-acquirer.js';
import type { TokenRequest } from '../../libs/nestjs-entra/src/acquisition/token-request.js';
import { Assertion } from '../../libs/nestjs-entra/src/caller/assertion.js';
import { resolveTokenCacheOptions } from '../../libs/nestjs-entra/src/options/token-cache-options.js';

const USERS = 8;

/** Values in a map, for whoever attacks them. */
class OpenStore implements TokenCacheStore {
  readonly values = new Map<string, Uint8Array>();
  get = async (key: string) => this.values.get(key);
  set = async (key: string, value: Uint8Array) => void this.values.set(key, value);
  delete = async (key: string) => void this.values.delete(key);
}

/** A user's request; the token it exchanges for says whose it is. The last one is the application itself. */
function requestOf(user: number, onExchange: () => void = () => undefined): TokenRequest {
  const isApplication = user === USERS - 1;
  const assertion = new Assertion(`token of user ${user}`);
  return {
    key: `key of user ${user}`,
    holder: `${user}`,
    scopes: ['api://orders/Read'],
    names: new Set(['read']),
    tenantId: 'tenant',
    userId: isApplication ? '' : `user ${user}`,
    assertionId: isApplication ? '' : assertion.id,
    assertionExpiresAt: Infinity,
    assertion: isApplication ? undefined : assertion,
    exchange: async () => {
      onExchange();
      return { accessToken: `of-user-${user}`, expiresAt: Date.now() + 3_600_000, scopes: [] };
    },
  };
}

function startProcess(store: TokenCacheStore): TokenAcquirer {
  const options = resolveTokenCacheOptions({ store, sealingKeys: [Buffer.alloc(32, 1)] });
  return new TokenAcquirer(options, (factory) =>
    createStoredTokens(
      { tokenCache: options, clientId: 'client', authority: { instance: 'https://login' } },
      factory,
    ),
  );
}

type Corruption = (value: Uint8Array, others: readonly Uint8Array[]) => Uint8Array;

/** What somebody can do who writes to the store: with bytes of a value, with whole values, with parts of two. */
const corruptions: fc.Arbitrary<Corruption> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(
    ([at, mask]): Corruption =>
      (value) =>
        value.map((byte, index) => (index === at % value.length ? byte ^ mask : byte)),
  ),
  fc.nat().map(
    (length): Corruption =>
      (value) =>
        value.subarray(0, length % value.length),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 64 }).map(
    (more): Corruption =>
      (value) =>
        Buffer.concat([value, more]),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 64 }).map(
    (more): Corruption =>
      (value) =>
        Buffer.concat([more, value]),
  ),
  fc.integer({ min: 0, max: USERS - 2 }).map(
    (other): Corruption =>
      (_value, others) =>
        others[other] ?? new Uint8Array(),
  ),
  fc
    .tuple(fc.integer({ min: 0, max: USERS - 2 }), fc.nat())
    .map(([other, at]): Corruption => (value, others) => {
      const cut = 1 + (at % (value.length - 1));
      return Buffer.concat([value.subarray(0, cut), (others[other] ?? value).subarray(cut)]);
    }),
  fc.uint8Array({ maxLength: 400 }).map(
    (bytes): Corruption =>
      () =>
        bytes,
  ),
  fc.integer({ min: 0, max: 255 }).map(
    (version): Corruption =>
      (value) =>
        Uint8Array.of(version === 1 ? 3 : version, ...value.subarray(1)),
  ),
);

const warn = vi.spyOn(Logger.prototype, 'warn');
beforeEach(() => void warn.mockReset().mockReturnValue(undefined));

describe('Values of the store', () => {
  it('1 000 corruptions: nobody gets another token than their own, each is a miss', async () => {
    const store = new OpenStore();
    const writer = startProcess(store);
    for (let user = 0; user < USERS; user++) await writer.acquire(requestOf(user), {});
    const good = new Map(store.values);
    expect(good.size).toBe(USERS);
    const keys = [...good.keys()];

    await fc.assert(
      fc.asyncProperty(fc.nat({ max: USERS - 1 }), corruptions, async (user, corrupt) => {
        const key = keys[user] ?? '';
        const value = good.get(key) ?? new Uint8Array();
        const others = keys.filter((other) => other !== key).map((other) => good.get(other) ?? value);
        for (const [name, kept] of good) store.values.set(name, kept);
        store.values.set(key, corrupt(value, others));
        let exchanges = 0;
        const reader = startProcess(store);
        const { token, source } = await reader.obtain(
          requestOf(user, () => (exchanges += 1)),
          {},
        );
        expect(token.accessToken).toBe(`of-user-${user}`);
        expect([source, exchanges]).toEqual(['identity-platform', 1]);
        await reader.close();
      }),
      { numRuns: 1_000 },
    );

    // What nobody touched is found, so that what was shown above was shown by the corruption.
    for (const [name, kept] of good) store.values.set(name, kept);
    for (let user = 0; user < USERS; user++) {
      expect(await startProcess(store).obtain(requestOf(user), {})).toMatchObject({ source: 'store' });
    }
  });
});
