import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clusterWatch } from './node-redis-cluster.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);
const socket = { port: 1 };
const masterAt = (port: number) => ({ host: '127.0.0.1', port });
const AFTER_THE_FAILOVER = [
  { from: 0, to: 8_191, master: masterAt(3) },
  { from: 8_192, to: 16_383, master: masterAt(2) },
];
const BEFORE_IT = [
  { from: 0, to: 8_191, master: masterAt(1) },
  { from: 8_192, to: 16_383, master: masterAt(2) },
];

/** A cluster of two masters; the second one answers what it knows of the slots. */
function setUp(clusterSlots: () => Promise<object[]>, first: { isReady: boolean } = { isReady: false }) {
  const listeners: (() => void)[] = [];
  const asked = vi.fn(() => never);
  const destroy = vi.fn();
  const client = { isReady: true, isOpen: true, options: { RESP: 3, socket }, clusterSlots, destroy };
  const cluster = {
    isOpen: true,
    masters: [
      { address: '127.0.0.1:1', client: { ...client, ...first, clusterSlots: asked } },
      { address: '127.0.0.1:2', client },
    ],
    _slots: { rediscover: vi.fn(async (_startWith: { options: { socket?: object } }) => undefined) },
    on: (_event: string, listener: () => void) => void listeners.push(listener),
  };
  const watch = clusterWatch(cluster);
  const nodeFails = async () => {
    listeners.forEach((listener) => listener());
    await vi.advanceTimersByTimeAsync(1_000);
  };
  return { cluster, watch, asked, destroy, nodeFails, rediscover: cluster._slots.rediscover };
}

describe('clusterWatch()', () => {
  it.each([
    ['is gone', { isReady: false }],
    ['hangs', { isReady: true }],
  ])('asks a master that answers when another one %s', async (_what, first) => {
    const { rediscover, nodeFails, destroy } = setUp(async () => AFTER_THE_FAILOVER, first);
    expect(rediscover).not.toHaveBeenCalled();
    await nodeFails();
    expect(rediscover.mock.calls).toEqual([[{ options: { RESP: 3, socket } }]]);
    expect(destroy).not.toHaveBeenCalled();
    // The cluster writes into what it is given, and a connection reads these.
    expect(rediscover.mock.calls[0]?.[0].options.socket).not.toBe(socket);
  });

  it('asks one that hangs once', async () => {
    const { asked, nodeFails, rediscover } = setUp(async () => BEFORE_IT, { isReady: true });
    for (let second = 0; second < 3; second++) await nodeFails();
    expect(asked).toHaveBeenCalledTimes(1);
    expect(rediscover).not.toHaveBeenCalled();
  });

  it.each([
    ['has no other masters', BEFORE_IT],
    ['came back empty', []],
    [
      'knows no address of one',
      [{ from: 0, to: 8_191, master: { host: '', port: 0 } }, ...BEFORE_IT.slice(1)],
    ],
    [
      'has one more',
      [
        ...BEFORE_IT.slice(0, 1),
        { from: 8_192, to: 8_192, master: masterAt(3) },
        { from: 8_193, to: 16_383, master: masterAt(2) },
      ],
    ],
    ['knows a part', AFTER_THE_FAILOVER.slice(0, 1)],
  ])('leaves the cluster as it is when who answers %s', async (_what, slots) => {
    const { nodeFails, rediscover } = setUp(async () => slots);
    await nodeFails();
    expect(rediscover).not.toHaveBeenCalled();
  });

  it('asks the same one again once it answered, also with an error', async () => {
    let isUp = false;
    const { nodeFails, rediscover } = setUp(async () => {
      if (!isUp) throw new Error('CLUSTERDOWN');
      return AFTER_THE_FAILOVER;
    });
    await nodeFails();
    expect(rediscover).not.toHaveBeenCalled();
    isUp = true;
    await nodeFails();
    expect(rediscover).toHaveBeenCalledTimes(1);
  });

  it('leaves a cluster alone that was closed, and ends what it connected in that moment', async () => {
    const closedEarly = setUp(async () => AFTER_THE_FAILOVER);
    closedEarly.cluster.isOpen = false;
    await closedEarly.nodeFails();
    expect(closedEarly.rediscover).not.toHaveBeenCalled();
    const closedLate = setUp(async () => AFTER_THE_FAILOVER);
    closedLate.rediscover.mockImplementationOnce(async () => void (closedLate.cluster.isOpen = false));
    await closedLate.nodeFails();
    expect(closedLate.destroy).toHaveBeenCalledTimes(2);
  });

  it.each([{}, { masters: [] }, { _slots: {}, masters: [] }, { _slots: { rediscover: () => undefined } }])(
    'leaves other clients alone: %o',
    (client) => {
      expect(clusterWatch(client)).toBeUndefined();
    },
  );
});
