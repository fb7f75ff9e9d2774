import type { Plan } from '../measure/rounds.js';

/** How much a run measures. */
export interface Sizes {
  readonly isQuick: boolean;
  readonly validation: Plan;
  readonly acquisition: Plan;
  /** Users whose tokens are cached, one comparison for each count. */
  readonly users: readonly number[];
  /** The same for this library alone, on Fastify. */
  readonly manyUsers: number;
  /** By hand this many users are not waited for any longer. */
  readonly byHandMaxMs: number;
  /** Concurrent first requests of one user. */
  readonly concurrent: number;
  /** What an exchange takes meanwhile: long enough for all of them to arrive, and no reason to give up. */
  readonly concurrentExchangeMs: number;
  /** First requests with four resources, one after the other. */
  readonly fourResources: number;
  /** First requests of different users under the event-loop sampler, and those that warm up before. */
  readonly firstRequests: number;
  readonly firstRequestsWarmUp: number;
  /** Heap is measured at two counts of users: for this library, and for what keeps its tokens by hand. */
  readonly heapUsers: readonly [number, number];
  readonly heapUsersByHand: readonly [number, number];
}

export const FULL: Sizes = {
  isQuick: false,
  validation: { rounds: 12, requests: 3_000, maxMs: 2_000, warmUpRequests: 15_000, warmUpMs: 4_000 },
  acquisition: { rounds: 10, requests: 2_000, maxMs: 600, warmUpRequests: 6_000, warmUpMs: 1_500 },
  users: [1, 1_000, 10_000],
  manyUsers: 100_000,
  byHandMaxMs: 30_000,
  concurrent: 1_000,
  concurrentExchangeMs: 3_000,
  fourResources: 40,
  firstRequests: 1_000,
  firstRequestsWarmUp: 500,
  heapUsers: [1_000, 5_000],
  heapUsersByHand: [300, 900],
};

/** To see that everything runs; its figures are not worth much. */
export const QUICK: Sizes = {
  isQuick: true,
  validation: { rounds: 2, requests: 300, maxMs: 200, warmUpRequests: 300, warmUpMs: 200 },
  acquisition: { rounds: 2, requests: 200, maxMs: 100, warmUpRequests: 200, warmUpMs: 100 },
  users: [1, 50],
  manyUsers: 200,
  byHandMaxMs: 2_000,
  concurrent: 100,
  concurrentExchangeMs: 500,
  fourResources: 3,
  firstRequests: 50,
  firstRequestsWarmUp: 50,
  heapUsers: [100, 300],
  heapUsersByHand: [50, 150],
};

/** First requests with four resources that warm a server up. */
export const FOUR_RESOURCES_WARM_UP = 50;

/** Distinct users that the benchmarks of a run need tokens of. */
export function usersNeeded(sizes: Sizes, suites: readonly string[]): number {
  const { rounds, requests, warmUpRequests } = sizes.validation;
  return Math.max(
    suites.includes('validation') ? warmUpRequests + rounds * requests : 0,
    ...(suites.includes('acquisition') ? [...sizes.users, sizes.manyUsers] : []),
    sizes.heapUsers[1],
    sizes.firstRequestsWarmUp + sizes.firstRequests,
    FOUR_RESOURCES_WARM_UP + sizes.fourResources,
  );
}
