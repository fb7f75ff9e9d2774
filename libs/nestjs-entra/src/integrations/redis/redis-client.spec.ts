import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { redisCommands } from './redis-client.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => undefined);
const commands = { get: never, getBuffer: never, set: never, del: never, eval: never };

/** A cluster that answers nothing, and what it is asked for then. */
const CLUSTERS = {
  redis: (asked: () => void) => {
    const client = { isReady: true, options: {}, clusterSlots: async () => asked() };
    return {
      isOpen: true,
      on: () => undefined,
      masters: [{ address: '127.0.0.1:1', client }],
      _slots: { rediscover: async () => undefined },
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
      void command('key', Buffer.from('value') as never, 1_000);
      expect(asked).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(500);
      expect(asked).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(asked).toHaveBeenCalledTimes(2);
    },
  );
});
