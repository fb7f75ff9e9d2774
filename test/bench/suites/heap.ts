import { progress } from '../measure/progress.js';
import type { Workbench } from '../measure/workbench.js';
import type { PerApp } from './first-requests.js';
import type { Sizes } from './sizes.js';

/** Heap for each further user with one downstream token, bytes: the slope between two counts of users. */
export async function heapPerUser(workbench: Workbench, sizes: Sizes): Promise<PerApp<number>> {
  progress('heap of active users');
  const slope = async (app: 'nestjs-entra' | 'by-hand', [few, many]: readonly [number, number]) => {
    const server = await workbench.startServer(app, 'fastify', { nodeOptions: ['--expose-gc'] });
    const serveUsers = async (from: number, to: number) => {
      await workbench.send(server, { path: '/tokens', base: from, users: to - from, requests: to - from });
      return server.call('heapBytes');
    };
    const withFew = await serveUsers(0, few);
    const withMany = await serveUsers(few, many);
    await workbench.stopServer(server);
    return (withMany - withFew) / (many - few);
  };
  return {
    'nestjs-entra': await slope('nestjs-entra', sizes.heapUsers),
    'by-hand': await slope('by-hand', sizes.heapUsersByHand),
  };
}
