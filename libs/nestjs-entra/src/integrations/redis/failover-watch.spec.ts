import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FailoverWatch } from './failover-watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);

function setUp() {
  const askForNodes = vi.fn(async () => undefined as unknown);
  return { askForNodes, failovers: new FailoverWatch(askForNodes) };
}

describe('FailoverWatch', () => {
  it('asks for the nodes when a command has no answer for over a second, at the next command', async () => {
    const { failovers, askForNodes } = setUp();
    void failovers.watch(never);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await failovers.watch(Promise.resolve('early'))).toBe('early');
    expect(askForNodes).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await failovers.watch(Promise.resolve('late'))).toBe('late');
    expect(askForNodes).toHaveBeenCalledTimes(1);
  });

  it('does not mind commands that were answered, in whatever way', async () => {
    const { failovers, askForNodes } = setUp();
    await failovers.watch(Promise.resolve());
    await expect(failovers.watch(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await vi.advanceTimersByTimeAsync(5_000);
    await failovers.watch(Promise.resolve());
    expect(askForNodes).not.toHaveBeenCalled();
  });

  it('asks once a second as long as it is needed, and goes on when asking fails', async () => {
    const { failovers, askForNodes } = setUp();
    askForNodes.mockRejectedValueOnce(new Error('no node'));
    for (let ms = 0; ms < 3_000; ms += 100) {
      failovers.refresh();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(askForNodes).toHaveBeenCalledTimes(3);
  });

  it('does not ask again while it asks', async () => {
    const { failovers, askForNodes } = setUp();
    askForNodes.mockReturnValueOnce(never);
    for (let second = 0; second < 3; second++) {
      failovers.refresh();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(askForNodes).toHaveBeenCalledTimes(1);
  });
});
