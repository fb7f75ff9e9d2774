import { FailoverWatch } from './failover-watch.js';

/** What of a cluster is used, of version 5 or 6; `_slots` is in its types, though not in its documentation. */
interface NodeRedisCluster {
  readonly masters: readonly { readonly client?: NodeClient }[];
  readonly _slots: { rediscover(startWith: Pick<NodeClient, 'options'>): Promise<unknown> };
  on(event: 'node-error', listener: () => void): unknown;
}

interface NodeClient {
  readonly isReady: boolean;
  readonly options: { readonly socket?: object };
  ping(): Promise<unknown>;
}

/** Finds the new masters of a cluster of the `redis` package; `undefined` for other clients. */
export function clusterWatch(client: object): FailoverWatch | undefined {
  if (!isCluster(client)) return undefined;
  const watch = new FailoverWatch(() => rediscover(client));
  // A cluster of version 5 goes on trying to reach a node that is gone, and does not ask the others.
  client.on('node-error', () => watch.refresh());
  return watch;
}

async function rediscover({ masters, _slots }: NodeRedisCluster): Promise<void> {
  const clients = masters.flatMap(({ client }) => (client?.isReady ? [client] : []));
  // One that hangs would hold up this and every later search: the first to answer is none of that kind.
  const { options } = await Promise.any(clients.map((client) => client.ping().then(() => client)));
  // A copy: the cluster changes what it is given, and these options are those of a connection in use.
  await _slots.rediscover({ options: { ...options, socket: { ...options.socket } } });
}

function isCluster(client: object): client is NodeRedisCluster {
  const slots = '_slots' in client ? (client._slots as { rediscover?: unknown }) : undefined;
  return typeof slots?.rediscover === 'function' && 'masters' in client;
}
