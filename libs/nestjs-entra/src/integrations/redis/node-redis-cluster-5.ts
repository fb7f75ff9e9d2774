/** How often a cluster is asked for its nodes at most while one of them is gone. */
const REFRESH_INTERVAL_MS = 1_000;

/** What of a cluster of version 5 is used; `_slots` is in its types, though not in its documentation. */
interface NodeRedisCluster5 {
  readonly masters: readonly { readonly client?: { readonly isReady: boolean } }[];
  readonly _slots: { rediscover(startWith: object): Promise<unknown> };
  on(event: 'node-error', listener: () => void): unknown;
}

/**
 * A cluster of version 5 of `redis` asks for the nodes again only when one of them answers `MOVED`. A master that is gone
 * answers nothing, so that its slots would be lost to this process until it is back, although its replica has long taken
 * over. Here the other masters are asked as long as one is gone; version 6 does so by itself.
 */
export function followFailovers(client: object): void {
  if (!isCluster5(client)) return;
  let refreshAt = 0;
  client.on('node-error', () => {
    const now = performance.now();
    const alive = client.masters.find((master) => master.client?.isReady)?.client;
    if (now < refreshAt || !alive) return;
    refreshAt = now + REFRESH_INTERVAL_MS;
    client._slots.rediscover(alive).catch(() => undefined);
  });
}

function isCluster5(client: object): client is NodeRedisCluster5 {
  if (!('_slots' in client) || 'isReady' in client) return false;
  return typeof (client._slots as { rediscover?: unknown }).rediscover === 'function';
}
