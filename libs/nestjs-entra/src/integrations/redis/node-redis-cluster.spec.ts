import { describe, expect, it, vi } from 'vitest';
import { clusterWatch } from './node-redis-cluster.js';

const never = new Promise<never>(() => undefined);
const socket = { port: 1 };

describe('clusterWatch()', () => {
  it.each([
    ['is gone', { isReady: false, ping: () => Promise.reject(new Error('closed')) }],
    ['hangs', { isReady: true, ping: () => never }],
  ])('asks a master that answers when another one %s', async (_what, first) => {
    let nodeFails = () => undefined as unknown;
    const rediscover = vi.fn<(startWith: { options: { socket?: object } }) => Promise<void>>(
      async () => undefined,
    );
    const second = { isReady: true, ping: async () => 'PONG', options: { RESP: 3, socket } };
    clusterWatch({
      masters: [{ client: { ...first, options: {} } }, {}, { client: second }],
      _slots: { rediscover },
      on: (_event: string, listener: () => void) => void (nodeFails = listener),
    });
    expect(rediscover).not.toHaveBeenCalled();
    nodeFails();
    await vi.waitFor(() => expect(rediscover).toHaveBeenCalled());
    expect(rediscover.mock.calls).toEqual([[{ options: { RESP: 3, socket } }]]);
    // The cluster writes into what it is given, and a connection reads these.
    expect(rediscover.mock.calls[0]?.[0].options.socket).not.toBe(socket);
  });

  it.each([{}, { masters: [] }, { _slots: {}, masters: [] }, { _slots: { rediscover: () => undefined } }])(
    'leaves other clients alone: %o',
    (client) => {
      expect(clusterWatch(client)).toBeUndefined();
    },
  );
});
