import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { redisCommands } from './redis-client.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => undefined);
const commands = { get: never, getBuffer: never, set: never, del: never, eval: never };

/** A cluster that answers nothing, and what it is asked for then. */
const CLUSTERS = {
  redis: (asked: () => void) => {
    const client = { isReady: true, options: {}, ping: async () => 'PONG' };
    return {
      isOpen: true,
      on: () => undefined,
      masters: [{ client }],
      _slots: { rediscover: async () => asked() },
      withCommandOptions: () => commands,
      eval: never,
    };
  },
  ioredis: (asked: () => void) => ({
    ...commands,
    status: 'ready',
    on: () => undefined,
    refreshSlotsCache: (over: () => void) => {
      asked();
      over();
    },
  }),
};

describe.each(Object.entries(CLUSTERS))('The commands of a cluster of %s', (_name, create) => {
  it.each(['get', 'set', 'setIfAbsent', 'delete', 'deleteIfEqual'] as const)(
    'are watched: %s without an answer makes it ask for its nodes',
    async (name) => {
      const asked = vi.fn();
      const { [name]: command } = redisCommands(create(asked), 1_000);
      const send = () => void command('key', Buffer.from('value') as never, 1_000);
      send();
      await vi.advanceTimersByTimeAsync(1_001);
      expect(asked).not.toHaveBeenCalled();
      send();
      await vi.advanceTimersByTimeAsync(0);
      expect(asked).toHaveBeenCalledTimes(1);
      send();
      await vi.advanceTimersByTimeAsync(1_000);
      send();
      await vi.advanceTimersByTimeAsync(0);
      expect(asked).toHaveBeenCalledTimes(2);
    },
  );
});
