import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { freePort, startRedis, until, type RedisServer } from '../../support/redis-server.js';

/** Three masters with a replica each, that notice within half a second that one is gone. */
export async function startCluster(): Promise<readonly RedisServer[]> {
  const config = ['cluster-enabled yes', 'cluster-config-file nodes.conf', 'cluster-node-timeout 500'];
  const nodes: RedisServer[] = [];
  for (let node = 0; node < 6; node++) {
    const server = await startRedis({ port: await clusterPort(), config });
    onTestFinished(() => server.kill());
    nodes.push(server);
  }
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const args = ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'];
  const cli = spawn('redis-cli', args, { stdio: 'ignore' });
  const [code] = (await once(cli, 'exit')) as [number];
  if (code !== 0) throw new Error('redis-cli did not create the cluster');
  await until(async () => {
    const states = await Promise.all(nodes.map((node) => node.command('CLUSTER', 'INFO')));
    const replicas = await Promise.all(nodes.map((node) => node.command('INFO', 'replication')));
    const isLinked = (text: string) => !text.includes('role:slave') || text.includes('master_link_status:up');
    return states.every((text) => text.includes('cluster_state:ok')) && replicas.every(isLinked);
  }, 30_000);
  return nodes;
}

/** A master, a replica, and three Sentinels that notice within half a second that the master is gone. */
export async function startSentinels(): Promise<{
  master: RedisServer;
  replica: RedisServer;
  ports: readonly number[];
}> {
  const started = async (options: Parameters<typeof startRedis>[0]) => {
    const server = await startRedis(options);
    onTestFinished(() => server.kill());
    return server;
  };
  const master = await started({});
  const replica = await started({ config: [`replicaof 127.0.0.1 ${master.port}`] });
  await until(async () => (await replica.command('INFO', 'replication')).includes('master_link_status:up'));
  const config = [
    `sentinel monitor mymaster 127.0.0.1 ${master.port} 2`,
    'sentinel down-after-milliseconds mymaster 500',
    'sentinel failover-timeout mymaster 3000',
  ];
  const sentinels: RedisServer[] = [];
  for (let sentinel = 0; sentinel < 3; sentinel++) sentinels.push(await started({ config, sentinel: true }));
  const knowsAll = async ({ port, command }: RedisServer) => {
    const text = await command('INFO', 'sentinel');
    return port > 0 && text.includes('slaves=1,sentinels=3');
  };
  await until(async () => (await Promise.all(sentinels.map(knowsAll))).every(Boolean), 30_000);
  return { master, replica, ports: sentinels.map(({ port }) => port) };
}

/** The nodes of a cluster talk on their port plus 10 000. */
async function clusterPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 55_000) return port;
  }
}
