import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CachedToken } from '../cache/cached-token.js';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { TokenAcquirer } from './token-acquirer.js';
import type { TokenRequest } from './token-request.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 5, 1);

const acquirers: TokenAcquirer[] = [];
const unhandled = vi.fn();

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
  process.on('unhandledRejection', unhandled);
});
afterEach(async () => {
  for (const acquirer of acquirers.splice(0)) await acquirer.close();
  if (vi.getTimerCount() > 0) throw new Error('a timer is left after close()');
  if (unhandled.mock.calls.length > 0) throw new Error('a rejection was not handled');
  process.off('unhandledRejection', unhandled);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** An identity platform that numbers its tokens, and fails when it is told to. */
class Platform {
  exchanges = 0;
  down = false;
  lifetimeMs = HOUR;

  request(changes: Partial<TokenRequest> = {}): TokenRequest {
    return {
      key: 'key',
      holder: 'holder',
      scopes: ['api://orders/Read'],
      names: new Set(['read']),
      tenantId: 'tenant',
      userId: 'ada',
      assertionId: 'assertion',
      assertionExpiresAt: Infinity,
      exchange: async () => {
        this.exchanges += 1;
        if (this.down) throw new IdentityPlatformUnavailableError('gone');
        return {
          accessToken: `token ${this.exchanges}`,
          expiresAt: Date.now() + this.lifetimeMs,
          scopes: ['api://orders/Read'],
        };
      },
      ...changes,
    };
  }
}

function setUp() {
  const acquirer = new TokenAcquirer({ maxBytes: 1024 * 1024, expiryBufferSeconds: 300 });
  acquirers.push(acquirer);
  const platform = new Platform();
  const get = async (request = platform.request()): Promise<CachedToken> =>
    acquirer.recall(request) ?? acquirer.acquire(request, {});
  return { acquirer, platform, get };
}

describe('TokenAcquirer', () => {
  it('asks once, remembers, and asks again when the token is over', async () => {
    const { platform, get } = setUp();
    await get();
    vi.setSystemTime(NOW + 40 * MINUTE);
    expect((await get()).accessToken).toBe('token 1');
    vi.setSystemTime(NOW + 56 * MINUTE);
    expect((await get()).accessToken).toBe('token 2');
    expect(platform.exchanges).toBe(2);
  });

  it('from 80 % of its life a token is renewed in the background, once, and serves meanwhile', async () => {
    const { platform, get } = setUp();
    await get();
    vi.setSystemTime(NOW + 48 * MINUTE - 1);
    await get();
    expect(platform.exchanges).toBe(1);
    vi.setSystemTime(NOW + 48 * MINUTE);
    expect((await Promise.all([get(), get(), get()])).map(({ accessToken }) => accessToken)).toEqual(
      Array(3).fill('token 1'),
    );
    await vi.advanceTimersByTimeAsync(0);
    expect((await get()).accessToken).toBe('token 2');
    expect(platform.exchanges).toBe(2);
  });

  it('a renewal that fails is tried once, and the good token serves to its end', async () => {
    const { platform, get } = setUp();
    await get();
    platform.down = true;
    for (let minute = 48; minute < 55; minute++) {
      vi.setSystemTime(NOW + minute * MINUTE);
      expect((await get()).accessToken).toBe('token 1');
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(platform.exchanges).toBe(2);
    vi.setSystemTime(NOW + 55 * MINUTE);
    await expect(get()).rejects.toThrow(expect.objectContaining({ reason: 'gone' }) as Error);
  });

  it('with one request a minute, a day costs an exchange every 48 minutes and nobody waits for one but the first', async () => {
    const { platform, acquirer } = setUp();
    const request = platform.request();
    let waited = 0;
    for (let minute = 0; minute < 24 * 60; minute++) {
      vi.setSystemTime(NOW + minute * MINUTE);
      if (!acquirer.recall(request)) {
        waited += 1;
        await acquirer.acquire(request, {});
      }
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(waited).toBe(1);
    expect(platform.exchanges).toBe(30);
  });

  it('a token that ends with its assertion is not renewed', async () => {
    const { platform, get } = setUp();
    const request = platform.request({ assertionExpiresAt: NOW + HOUR });
    await get(request);
    for (const minute of [48, 55, 59]) {
      vi.setSystemTime(NOW + minute * MINUTE);
      await get(request);
    }
    expect(platform.exchanges).toBe(1);
  });

  it('an entry of another owner under the same key is not served', async () => {
    const { platform, get } = setUp();
    await get();
    for (const other of [{ userId: 'ben' }, { assertionId: 'another' }, { tenantId: 'elsewhere' }]) {
      const before = platform.exchanges;
      await get(platform.request(other));
      expect(platform.exchanges).toBe(before + 1);
      await get();
    }
  });

  it('stays within its bytes under 100 000 assertions, and expired tokens leave by themselves', async () => {
    const { platform, acquirer } = setUp();
    for (let index = 0; index < 100_000; index++) {
      await acquirer.acquire(
        platform.request({ key: `key ${index}`, assertionId: `assertion ${index}` }),
        {},
      );
    }
    expect(acquirer.bytes).toBeLessThanOrEqual(1024 * 1024);
    expect(acquirer.bytes).toBeGreaterThan(512 * 1024);
    await vi.advanceTimersByTimeAsync(2 * HOUR);
    expect(acquirer.bytes).toBe(0);
  });
});

describe('A token that a downstream API refused', () => {
  const claims = '{"access_token":{}}';
  const replace = ({ acquirer, platform }: ReturnType<typeof setUp>, refused: string) =>
    acquirer.replace(refused, platform.request(), platform.request({ key: 'key with claims' }), { claims });

  it('is replaced everywhere by the one with the claims', async () => {
    const world = setUp();
    await world.get();
    expect((await replace(world, 'token 1')).accessToken).toBe('token 2');
    expect((await world.get()).accessToken).toBe('token 2');
  });

  it('serves nobody any more, even when there is no other', async () => {
    const world = setUp();
    await world.get();
    world.platform.down = true;
    await expect(replace(world, 'token 1')).rejects.toBeInstanceOf(IdentityPlatformUnavailableError);
    expect(world.acquirer.recall(world.platform.request())).toBeUndefined();
  });

  it('by many calls at once, is replaced by one exchange', async () => {
    const world = setUp();
    await world.get();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => replace(world, 'token 1')));
    expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(['token 2']));
    expect((await replace(world, 'token 1')).accessToken).toBe('token 2');
    expect(world.platform.exchanges).toBe(2);
  });

  it('though it came with the same claims, is replaced by a new one', async () => {
    const world = setUp();
    await world.get();
    await replace(world, 'token 1');
    expect((await replace(world, 'token 2')).accessToken).toBe('token 3');
    expect((await world.get()).accessToken).toBe('token 3');
  });

  it('leaves what stands in its place already', async () => {
    const world = setUp();
    await world.get();
    await replace(world, 'a token of long ago');
    expect(world.platform.exchanges).toBe(2);
    expect((await world.get()).accessToken).toBe('token 2');
  });
});
