import { describe, expect, it } from 'vitest';
import { InvalidTokenError } from '../errors/token.errors.js';
import type { PassportStrategyInstance } from './entra-jwt.strategy.js';
import { runStrategy } from './run-strategy.js';

/** The ends that passport puts on a strategy. */
interface Ends {
  success(user: unknown): void;
  fail(reason?: unknown): void;
  error(error: unknown): void;
  pass(): void;
}

const strategyOf = (authenticate: (this: Ends, request: object) => void): PassportStrategyInstance => ({
  name: 'sample',
  authenticate: authenticate as PassportStrategyInstance['authenticate'],
});

const run = (authenticate: (this: Ends, request: object) => void) =>
  runStrategy(strategyOf(authenticate), {});

describe('runStrategy', () => {
  it('gives the user of a success', async () => {
    const user = { oid: 'ada' };
    const given = await run(function () {
      this.success(user);
    });
    expect(given).toBe(user);
  });

  it.each<[string, unknown, object]>([
    ['a signature that is not valid', new Error('invalid signature'), { code: 'token_signature' }],
    ['another fault that jsonwebtoken finds', new Error('jwt malformed'), { code: 'token_malformed' }],
    ['no user from validate()', undefined, { code: 'token_rejected', reason: 'validate() returned no user' }],
    ['a reason that is text', 'no', { code: 'token_rejected' }],
  ])('is refused for %s', async (_what, reason, expected) => {
    const refused = run(function () {
      this.fail(reason);
    });
    await expect(refused).rejects.toBeInstanceOf(InvalidTokenError);
    await expect(refused).rejects.toMatchObject(expected);
  });

  it('keeps the reason of jsonwebtoken as cause', async () => {
    const reason = new Error('invalid signature');
    const refused = run(function () {
      this.fail(reason);
    });
    await expect(refused).rejects.toMatchObject({ cause: reason });
  });

  it('hands on an InvalidTokenError as it is', async () => {
    const reason = new InvalidTokenError('token_audience');
    const refused = run(function () {
      this.fail(reason);
    });
    await expect(refused).rejects.toBe(reason);
  });

  it('hands on what the strategy met', async () => {
    const error = new Error('met');
    const ended = run(function () {
      this.error(error);
    });
    await expect(ended).rejects.toBe(error);
  });

  it('lets nobody in when the strategy passes', async () => {
    const passed = run(function () {
      this.pass();
    });
    await expect(passed).rejects.toMatchObject({ code: 'token_rejected' });
  });

  it('catches what is thrown on the way, so that it does not end the process', async () => {
    const error = new TypeError('thrown');
    const ended = run(() => {
      throw error;
    });
    await expect(ended).rejects.toBe(error);
  });

  it('keeps overlapping requests apart, and leaves the strategy as it was', async () => {
    const waiting: (() => void)[] = [];
    const strategy = strategyOf(function (request) {
      waiting.push(() => this.success(request));
    });
    const [first, second] = [{ user: 'first' }, { user: 'second' }];
    const both = [runStrategy(strategy, first), runStrategy(strategy, second)];
    for (const end of waiting.toReversed()) end();
    expect(await Promise.all(both)).toEqual([first, second]);
    expect(Object.keys(strategy)).toEqual(['name', 'authenticate']);
  });
});
