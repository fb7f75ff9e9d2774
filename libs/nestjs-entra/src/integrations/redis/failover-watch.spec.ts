import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FailoverWatch } from './failover-watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const askForNodes = vi.fn(async () => undefined as unknown);
  return { askForNodes, failovers: new FailoverWatch(askForNodes) };
}

describe('FailoverWatch', () => {
  it('asks for the nodes once a second as long as a command has no answer, and no longer', async () => {
    const { failovers, askForNodes } = setUp();
    let answer = (_text: string): void => undefined;
    const watched = failovers.watch(new Promise<string>((resolve) => (answer = resolve)));
    await vi.advanceTimersByTimeAsync(499);
    expect(askForNodes).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(askForNodes).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(askForNodes).toHaveBeenCalledTimes(3);
    answer('late');
    expect(await watched).toBe('late');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(askForNodes).toHaveBeenCalledTimes(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('watches again after a pause', async () => {
    const { failovers, askForNodes } = setUp();
    await failovers.watch(Promise.resolve());
    await vi.advanceTimersByTimeAsync(5_000);
    void failovers.watch(new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(500);
    expect(askForNodes).toHaveBeenCalledTimes(1);
  });

  it('does not mind commands that were answered, in whatever way, nor young ones', async () => {
    const { failovers, askForNodes } = setUp();
    for (let command = 0; command < 20; command++) {
      const later = new Promise((resolve) => setTimeout(resolve, 400));
      void failovers.watch(later);
      await failovers.watch(Promise.resolve());
      await expect(failovers.watch(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(askForNodes).not.toHaveBeenCalled();
  });

  it('asks once a second at most, and goes on when asking fails', async () => {
    const { failovers, askForNodes } = setUp();
    askForNodes.mockRejectedValueOnce(new Error('no node'));
    for (let ms = 0; ms < 3_000; ms += 100) {
      failovers.refresh();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(askForNodes).toHaveBeenCalledTimes(3);
  });

  it('keeps no process alive', () => {
    const { failovers } = setUp();
    const setInterval = vi.spyOn(globalThis, 'setInterval');
    void failovers.watch(new Promise(() => undefined));
    const [timer] = setInterval.mock.results.map(({ value }) => value as NodeJS.Timeout);
    expect(timer?.hasRef()).toBe(false);
  });
});
