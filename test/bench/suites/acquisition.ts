import type { Workbench } from '../measure/workbench.js';
import { measureCachedTokens, type CachedTokens } from './cached-tokens.js';
import {
  concurrentFirstRequests,
  fourResources,
  loopBlocks,
  type LoopBlock,
  type PerApp,
} from './first-requests.js';
import { heapPerUser } from './heap.js';
import type { Sizes } from './sizes.js';

/** What acquiring downstream tokens costs, beside the same done otherwise. */
export interface Acquisition {
  readonly cachedTokens: CachedTokens;
  /** Exchanges for concurrent first requests of one user. */
  readonly concurrentExchanges: PerApp<number>;
  readonly heapBytesPerUser: PerApp<number>;
  readonly fourResourcesMs: PerApp<number>;
  readonly loopBlocksMs: PerApp<LoopBlock>;
}

export async function measureAcquisition(workbench: Workbench, sizes: Sizes): Promise<Acquisition> {
  return {
    concurrentExchanges: await concurrentFirstRequests(workbench, sizes),
    fourResourcesMs: await fourResources(workbench, sizes),
    loopBlocksMs: await loopBlocks(workbench, sizes),
    heapBytesPerUser: await heapPerUser(workbench, sizes),
    cachedTokens: await measureCachedTokens(workbench, sizes),
  };
}
