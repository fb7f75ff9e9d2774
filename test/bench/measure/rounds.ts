import type { MeasuredServer, Workbench } from './workbench.js';

/** One line of the comparison: a route of a server, and whose requests it gets. */
export interface Contestant {
  readonly name: string;
  readonly server: MeasuredServer;
  readonly path: string;
  /** How many users take turns. */
  readonly users: number;
}

/** How much is asked of each contestant. */
export interface Plan {
  readonly rounds: number;
  /** Requests of one contestant in one round, and the time after which it is enough. */
  readonly requests: number;
  readonly maxMs: number;
  /** The same for the warm-up. */
  readonly warmUpRequests: number;
  readonly warmUpMs: number;
}

/** What was measured of a contestant, one figure a round. */
export interface Measured {
  /** Processor time of the server for a request, in microseconds. */
  readonly cpu: readonly number[];
  /** Token requests to the identity platform for a request, over all rounds. */
  readonly exchanges: number;
}

/**
 * Measures the contestants in turns, A B C A B C …, so that whatever else happens on the machine meets all
 * of them. Each goes on with the user after the last one that its server has seen.
 */
export async function measureInRounds(
  workbench: Workbench,
  contestants: readonly Contestant[],
  plan: Plan,
): Promise<ReadonlyMap<string, Measured>> {
  const running = contestants.map((contestant) => ({
    contestant,
    cpu: [] as number[],
    requests: 0,
    exchanges: 0,
  }));
  const next = new Map<MeasuredServer, number>();
  const turn = async (one: (typeof running)[number], requests: number, maxMs: number) => {
    const { server, path, users } = one.contestant;
    const from = (next.get(server) ?? 0) % users;
    const order = { path, from, users, requests, maxMs, staysAwake: true };
    const sent = await workbench.send(server, order);
    next.set(server, from + sent.requests);
    return sent.requests;
  };
  for (const one of running) await turn(one, plan.warmUpRequests, plan.warmUpMs);
  for (let round = 0; round < plan.rounds; round++) {
    for (const one of running) {
      const { server } = one.contestant;
      const exchanges = await workbench.exchanges();
      const before = await server.call('cpuMicroseconds');
      const requests = await turn(one, plan.requests, plan.maxMs);
      one.cpu.push(((await server.call('cpuMicroseconds')) - before) / requests);
      one.requests += requests;
      one.exchanges += (await workbench.exchanges()) - exchanges;
    }
  }
  return new Map(
    running.map(({ contestant, cpu, exchanges, requests }) => [
      contestant.name,
      { cpu, exchanges: exchanges / requests },
    ]),
  );
}
