import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { orAborted, SingleFlight } from './single-flight.js';

/** A promise and its ends. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

const unhandled = vi.fn();
beforeEach(() => void process.on('unhandledRejection', unhandled));
afterEach(() => {
  process.off('unhandledRejection', unhandled);
  unhandled.mockClear();
});

/** Lets Node find out about rejections that nobody handles. */
const afterRejections = () => new Promise((resolve) => setImmediate(resolve));

describe('SingleFlight', () => {
  it('starts the work of one key once, however many ask', async () => {
    const flights = new SingleFlight<string>();
    const { promise, resolve } = deferred<string>();
    const work = vi.fn(() => promise);
    const asked = Array.from({ length: 50 }, () => flights.run('key', work));
    expect(flights.size).toBe(1);
    resolve('done');
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['done']));
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('keeps keys apart', async () => {
    const flights = new SingleFlight<string>();
    const both = [flights.run('a', async () => 'of a'), flights.run('b', async () => 'of b')];
    expect(flights.size).toBe(2);
    expect(await Promise.all(both)).toEqual(['of a', 'of b']);
  });

  it('starts again once the work is done: it remembers nothing', async () => {
    const flights = new SingleFlight<number>();
    let count = 0;
    const work = async () => ++count;
    expect([await flights.run('key', work), await flights.run('key', work)]).toEqual([1, 2]);
    expect(flights.size).toBe(0);
  });

  it('delivers a failure to all who wait, and does not keep it', async () => {
    const flights = new SingleFlight<string>();
    const { promise, reject } = deferred<string>();
    const asked = [flights.run('key', () => promise), flights.run('key', async () => 'never')];
    reject(new Error('failed'));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.run('key', async () => 'again')).toBe('again');
  });
});

describe('orAborted', () => {
  it('gives what the promise gives', async () => {
    const { signal } = new AbortController();
    await expect(orAborted(Promise.resolve('value'), signal)).resolves.toBe('value');
    await expect(orAborted(Promise.resolve('value'), undefined)).resolves.toBe('value');
    await expect(orAborted(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed');
  });

  it('ends the wait with the reason of the signal, before or during it', async () => {
    const reason = new Error('the client is gone');
    const abort = new AbortController();
    const during = orAborted(new Promise(() => undefined), abort.signal);
    abort.abort(reason);
    await expect(during).rejects.toBe(reason);
    await expect(orAborted(new Promise(() => undefined), abort.signal)).rejects.toBe(reason);
  });

  it('leaves the work to those who go on waiting', async () => {
    const { promise, resolve } = deferred<string>();
    const abort = new AbortController();
    const [leaving, staying] = [orAborted(promise, abort.signal), orAborted(promise, undefined)];
    abort.abort();
    resolve('done');
    await expect(leaving).rejects.toThrow();
    await expect(staying).resolves.toBe('done');
  });

  it('leaves no rejection unhandled when the work fails after everyone left', async () => {
    const { promise, reject } = deferred<string>();
    const abort = new AbortController();
    const waiting = orAborted(promise, abort.signal);
    abort.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    reject(new Error('failed later'));
    await afterRejections();
    expect(unhandled).not.toHaveBeenCalled();
  });

  it.each([
    ['fulfilled', async () => 'value'],
    ['rejected', () => Promise.reject(new Error('failed'))],
  ])('does not listen on once the promise is %s', async (_end, work) => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    await Promise.allSettled([orAborted<string>(work(), signal)]);
    await afterRejections();
    expect(remove).toHaveBeenCalledWith('abort', add.mock.calls[0]?.[1]);
  });
});
