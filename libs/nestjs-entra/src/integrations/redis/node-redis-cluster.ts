import { FailoverWatch } from './failover-watch.js';

/** All slots of a Cluster; who knows fewer is not asked for the nodes. */
const SLOTS = 16_384;

/** What of a cluster is used, of version 5 or 6; `_slots` is in its types, though not in its documentation. */
interface NodeRedisCluster {
  readonly isOpen: boolean;
  readonly masters: readonly { readonly address: string; readonly client?: NodeClient }[];
  readonly _slots: { rediscover(startWith: Pick<NodeClient, 'options'>): Promise<unknown> };
  on(event: 'node-error', listener: () => void): unknown;
}

interface NodeClient {
  readonly isReady: boolean;
  readonly isOpen: boolean;
  readonly options: { readonly socket?: object };
  clusterSlots(): Promise<SlotRange[]>;
  destroy(): unknown;
}

interface SlotRange {
  readonly from: number;
  readonly to: number;
  /** Text, or bytes where the application wants them. */
  readonly master: { readonly host: unknown; readonly port: unknown };
}

/** Finds the new masters of a cluster of the `redis` package; `undefined` for other clients. */
export function clusterWatch(client: object): FailoverWatch | undefined {
  if (!isCluster(client)) return undefined;
  const silent = new WeakSet<NodeClient>();
  const watch = new FailoverWatch(() => followFailover(client, silent));
  // With `disableOfflineQueue` commands to a node that is gone are refused at once, and never without an answer.
  client.on('node-error', () => watch.refresh());
  return watch;
}

/** @param silent clients that still owe an answer: they are not asked again */
async function followFailover(cluster: NodeRedisCluster, silent: WeakSet<NodeClient>): Promise<void> {
  const clients = cluster.masters.flatMap(({ client }) =>
    client?.isReady && !silent.has(client) ? [client] : [],
  );
  const asked = clients.map(async (client) => {
    silent.add(client);
    const slots = await client.clusterSlots().finally(() => silent.delete(client));
    if (!hasNewMasters(cluster, slots)) throw new Error('this one knows of no other masters');
    return client;
  });
  // One that hangs would hold up the search: the first to answer is none of that kind.
  const { options } = await Promise.any(asked);
  if (!cluster.isOpen) return;
  // A copy: the cluster changes what it is given, and these options are those of a connection in use.
  await cluster._slots.rediscover({ options: { ...options, socket: { ...options.socket } } });
  // Closed meanwhile, it has connected all the same, and nobody else would end that.
  if (!cluster.isOpen) for (const { client } of cluster.masters) if (client?.isOpen) client.destroy();
}

/**
 * Whether all slots are served, and no longer by all of the masters that this process knows. One that came back empty
 * knows of no slots, and the others of no address of the one it was; one that came in addition tells of itself by `MOVED`.
 */
function hasNewMasters(cluster: NodeRedisCluster, slots: readonly SlotRange[]): boolean {
  const served = slots
    .filter(({ master }) => String(master.host) && Number(master.port))
    .reduce((sum, { from, to }) => sum + Number(to) - Number(from) + 1, 0);
  const addresses = new Set(slots.map(({ master }) => `${String(master.host)}:${String(master.port)}`));
  return served === SLOTS && cluster.masters.some(({ address }) => !addresses.has(address));
}

function isCluster(client: object): client is NodeRedisCluster {
  const slots = '_slots' in client ? (client._slots as { rediscover?: unknown }) : undefined;
  return typeof slots?.rediscover === 'function' && 'masters' in client;
}
