import type { ExecutionContext } from '@nestjs/common';
import { JwtAuthGuard } from 'nestjs-entra';
import { Strategy } from 'passport-jwt';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CallerContext } from '../../libs/nestjs-entra/src/caller/caller-context.js';
import { takeOverClocks, type Clocks } from '../support/clocks.js';
import { ADAPTERS } from '../support/nest-app.js';
import { ADELE, BEN } from './support/identities.js';
import { claims, encoded, forge, rsaKey } from './support/forge.js';
import { Platform } from './support/platform.js';
import { expectInvalidToken, expectMalformed } from './support/refusal.js';
import { startTarget, type Target } from './support/target.js';

const key = rsaKey();
const NOW = 1_800_000_000;
const EXP = NOW + 600;

/** passport-jwt's way to a signature: it still verifies, and every call is counted. */
const verifier = vi.spyOn(
  Strategy as unknown as { JwtVerifier: (...all: unknown[]) => unknown },
  'JwtVerifier',
);
let clocks: Clocks;
beforeEach(() => {
  verifier.mockClear();
  clocks = takeOverClocks(NOW * 1_000);
});
const at = (seconds: number): void => clocks.pass(seconds * 1_000 - Date.now());

let serial = 0;
const tokenOf = (oid: string, changes = {}): string =>
  forge(key, { payload: claims({ oid, exp: EXP, serial: ++serial, ...changes }) });

describe.each(ADAPTERS)('A token that was validated before, on %s', (adapter) => {
  const start = (): Promise<Target> => startTarget(adapter, { platform: new Platform(key) });

  it('is not verified again, and counts for its user', async () => {
    const target = await start();
    const token = tokenOf(ADELE.oid);
    const first = await target.get(token);
    expect(verifier).toHaveBeenCalledTimes(1);
    for (let again = 0; again < 10; again++) expect((await target.get(token)).body).toEqual(first.body);
    expect(first.body).toMatchObject({ oid: ADELE.oid });
    expect(verifier).toHaveBeenCalledTimes(1);
    expect(target.platform.tokenRequests).toBe(1);
  });

  it('is known by all of it: another signature, header, payload or spelling is another token', async () => {
    const target = await start();
    const token = tokenOf(ADELE.oid);
    expect((await target.get(token)).status).toBe(200);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const others = tokenOf(BEN.oid).split('.');
    for (const forged of [
      `${header}.${payload}.${others[2]}`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${others[1]}.${signature}`,
    ])
      expectInvalidToken(target, await target.get(forged), 'token_signature');
    expectInvalidToken(target, await target.get(`${token}=`), 'token_malformed');
    expectInvalidToken(target, await target.get(token.toLowerCase()), 'token_malformed');
    expect((await target.get(token)).body).toMatchObject({ oid: ADELE.oid });
  });

  it('expires at its time all the same', async () => {
    const target = await start();
    const token = tokenOf(ADELE.oid);
    expect((await target.get(token)).status).toBe(200);
    at(EXP + 59);
    expect((await target.get(token)).status).toBe(200);
    expect(verifier).toHaveBeenCalledTimes(1);
    at(EXP + 60);
    expectInvalidToken(target, await target.get(token), 'token_expired');
    expectInvalidToken(target, await target.get(token), 'token_expired');
  });

  it('does not hold before its time, should the clock be set back', async () => {
    const target = await start();
    const token = tokenOf(ADELE.oid, { nbf: NOW, iat: NOW });
    expect((await target.get(token)).status).toBe(200);
    at(NOW - 60);
    expect((await target.get(token)).status).toBe(200);
    expect(verifier).toHaveBeenCalledTimes(1);
    at(NOW - 61);
    expectInvalidToken(target, await target.get(token), 'token_not_yet_valid');
    at(NOW);
    expect((await target.get(token)).status).toBe(200);
  });

  it('does not hold without its key', async () => {
    const target = await start();
    const next = rsaKey();
    const token = tokenOf(ADELE.oid);
    expect((await target.get(token)).status).toBe(200);
    target.platform.published = [next.jwk];
    at(NOW + 5);
    expect((await target.get(forge(next))).status).toBe(200);
    expectInvalidToken(target, await target.get(token), 'token_key');
  });

  it('goes through the header like any other', async () => {
    const target = await start();
    const token = tokenOf(ADELE.oid);
    expect((await target.get(token)).status).toBe(200);
    const connection = await target.connection();
    expectMalformed(
      await connection.send('GET', '/me', Array<string>(2).fill(`Authorization: Bearer ${token}`)),
    );
    expectMalformed(await connection.send('GET', '/me?access_token=x', [`Authorization: Bearer ${token}`]));
  });

  it('failures are remembered by nobody: what was refused is judged anew', async () => {
    const target = await start();
    const token = tokenOf(ADELE.oid, { nbf: NOW + 100, iat: NOW });
    expectInvalidToken(target, await target.get(token), 'token_not_yet_valid');
    at(NOW + 100);
    expect((await target.get(token)).status).toBe(200);
  });

  it('two users never get each other’s place, on one connection or on many', async () => {
    const target = await start();
    const connections = await Promise.all(Array.from({ length: 8 }, () => target.anotherConnection()));
    const [adeles, bens] = [tokenOf(ADELE.oid), tokenOf(BEN.oid)];
    const seen: [expected: string, got: unknown][] = [];
    await Promise.all(
      connections.map(async (connection, number) => {
        for (let round = 0; round < 10; round++) {
          const expected = Array.from({ length: 4 }, (_, index) =>
            (number + round + index) % 2 ? ADELE.oid : BEN.oid,
          );
          for (const [index, oid] of expected.entries()) {
            const known = oid === ADELE.oid ? adeles : bens;
            // Every other one is seen for the first time.
            connection.write('GET', '/me', [`Authorization: Bearer ${index % 2 ? known : tokenOf(oid)}`]);
          }
          for (const oid of expected) seen.push([oid, (await connection.read('GET')).body['oid']]);
        }
        connection.close();
      }),
    );
    expect(seen).toHaveLength(320);
    expect(seen.filter(([expected, got]) => expected !== got)).toEqual([]);
  });
});

describe('A flood of 20 000 bad tokens', () => {
  /** The guard as Nest calls it, without the time that HTTP takes. */
  const guarded = async (target: Target, guard: JwtAuthGuard, token: string): Promise<string> => {
    const request = { headers: { authorization: `Bearer ${token}` } };
    const context = {
      getType: () => 'http',
      getHandler: () => guarded,
      getClass: () => JwtAuthGuard,
      switchToHttp: () => ({ getRequest: () => request }),
    };
    try {
      await target
        .provider(CallerContext)
        .run(request, () => guard.canActivate(context as unknown as ExecutionContext));
      return 'accepted';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('evicts no good one, and costs the identity platform one look-up per cool-down', async () => {
    const target = await startTarget('express', { platform: new Platform(key) });
    const guard = target.provider(JwtAuthGuard);
    const good = Array.from({ length: 50 }, (_, index) => tokenOf(index % 2 ? ADELE.oid : BEN.oid));
    for (const token of good) expect((await target.get(token)).status).toBe(200);
    const [header = '', payload = '', signature = ''] = tokenOf(ADELE.oid).split('.');
    const expired = forge(key, { payload: claims({ exp: NOW - 500, nbf: undefined }) });
    const { tokenRequests, keyRequests } = target.platform;
    const codes = new Map<string, number>();
    const kinds = [
      (index: number) => `${header}.${encoded({ serial: index })}.${signature}`,
      (index: number) => forge(key, { header: { kid: `k${index}` }, sign: () => Buffer.alloc(256) }),
      (index: number) => `${header}.${payload}.${encoded(String(index))}`,
      () => expired,
    ] as const;
    for (let index = 0; index < 20_000; index++) {
      const code = await guarded(target, guard, kinds[index % 4]?.(index) ?? '');
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    // The clock stands still. Only the first unknown key is looked up; the others cannot be decided on until the next.
    expect(Object.fromEntries(codes)).toEqual({
      token_signature: 10_000,
      token_key: 1,
      identity_platform_unavailable: 4_999,
      token_expired: 5_000,
    });
    expect(target.platform.tokenRequests).toBe(tokenRequests);
    // The key set of the tenant, and that of the application.
    expect(target.platform.keyRequests - keyRequests).toBe(2);
    verifier.mockClear();
    for (const token of good) expect((await target.get(token)).status).toBe(200);
    expect(verifier).not.toHaveBeenCalled();
  });
});
