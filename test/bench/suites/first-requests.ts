import { progress } from '../measure/progress.js';
import { quantile, summary } from '../measure/summary.js';
import type { Workbench } from '../measure/workbench.js';
import { FOUR_RESOURCES_WARM_UP, type Sizes } from './sizes.js';

/** Who acquires downstream tokens; all on Fastify. */
export const ACQUIRING = ['nestjs-entra', 'by-hand', 'azure-identity'] as const;
export type Acquiring = (typeof ACQUIRING)[number];

/** The answer of the identity platform in {@link fourResources}. */
export const EXCHANGE_MS = 100;

/** What was measured of each, and of a bare server where it tells what the machine does; a missing one was not measured. */
export type PerApp<T> = Readonly<Partial<Record<Acquiring | 'bare', T>>>;

/** Exchanges for many concurrent first requests of one user. */
export function concurrentFirstRequests(workbench: Workbench, sizes: Sizes): Promise<PerApp<number>> {
  progress('concurrent first requests of one user');
  const { concurrent, concurrentExchangeMs } = sizes;
  return forEach(ACQUIRING, async (app) => {
    const server = await workbench.startServer(app, 'fastify');
    // Another user warms the server up: its keys are there when the many come.
    await workbench.send(server, { path: pathOf(app), users: 1, base: 1, requests: 1 });
    const before = await workbench.exchanges();
    await workbench.whileExchangesTake(concurrentExchangeMs, () =>
      workbench.send(server, {
        path: pathOf(app),
        users: 1,
        requests: concurrent,
        connections: concurrent,
      }),
    );
    const made = (await workbench.exchanges()) - before;
    await workbench.stopServer(server);
    return made;
  });
}

/** Milliseconds until the answer to a first request that needs tokens for four resources: the median. */
export function fourResources(workbench: Workbench, sizes: Sizes): Promise<PerApp<number>> {
  progress('first requests with four resources');
  return forEach(ACQUIRING, async (app) => {
    const server = await workbench.startServer(app, 'fastify', { resources: 4 });
    const first = { path: pathOf(app), connections: 1 };
    await workbench.send(server, {
      ...first,
      users: FOUR_RESOURCES_WARM_UP,
      requests: FOUR_RESOURCES_WARM_UP,
    });
    const { medianMs } = await workbench.whileExchangesTake(EXCHANGE_MS, () =>
      workbench.send(server, {
        ...first,
        base: FOUR_RESOURCES_WARM_UP,
        users: sizes.fourResources,
        requests: sizes.fourResources,
      }),
    );
    await workbench.stopServer(server);
    return medianMs;
  });
}

/** How long one first request keeps the event loop, milliseconds. */
export interface LoopBlock {
  readonly median: number;
  /** Of a hundred requests, one keeps it longer. */
  readonly p99: number;
  readonly max: number;
}

/** The longest block of the event loop by a first request, with one different user after the other. */
export function loopBlocks(workbench: Workbench, sizes: Sizes): Promise<PerApp<LoopBlock>> {
  progress('event loop during first requests');
  const { firstRequests, firstRequestsWarmUp } = sizes;
  return forEach(['bare', ...ACQUIRING], async (app) => {
    const server = await workbench.startServer(app, 'fastify');
    const first = { path: pathOf(app), connections: 1 };
    await workbench.send(server, { ...first, users: firstRequestsWarmUp, requests: firstRequestsWarmUp });
    await server.call('watchLoop');
    const order = { ...first, base: firstRequestsWarmUp, users: firstRequests, requests: firstRequests };
    await workbench.send(server, order);
    const blocks = await server.call('loopBlocksMs');
    await workbench.stopServer(server);
    const { median, max } = summary(blocks);
    return {
      median,
      p99: quantile(
        [...blocks].sort((a, b) => a - b),
        0.99,
      ),
      max,
    };
  });
}

/** The route that shows what is measured here: the one that acquires ahead, where there is one. */
function pathOf(app: Acquiring | 'bare'): string {
  return app === 'nestjs-entra' ? '/downstream-scopes' : '/tokens';
}

async function forEach<A extends Acquiring | 'bare', T>(
  apps: readonly A[],
  measure: (app: A) => Promise<T>,
): Promise<PerApp<T>> {
  const figures: Partial<Record<Acquiring | 'bare', T>> = {};
  for (const app of apps) figures[app] = await measure(app);
  return figures;
}
