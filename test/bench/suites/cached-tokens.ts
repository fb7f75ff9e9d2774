import { addedTo, type Added } from '../measure/added.js';
import { progress } from '../measure/progress.js';
import { measureInRounds, type Contestant } from '../measure/rounds.js';
import type { MeasuredServer, Workbench } from '../measure/workbench.js';
import type { Adapter, AppName } from '../server/settings.js';
import type { Sizes } from './sizes.js';

/** The ways to a downstream token that are compared. */
export const COLUMNS = {
  bare: 'bare Nest',
  floor: "Nest's floor",
  onDemand: 'nestjs-entra, on demand',
  downstreamScopes: 'nestjs-entra, @DownstreamScopes',
  byHand: 'by hand',
  azureIdentity: '@azure/identity',
} as const;
export type Column = keyof typeof COLUMNS;

export interface CachedTokensRow extends Added {
  readonly adapter: Adapter;
  readonly column: Column;
  /** How many users take turns; the tokens of all of them were acquired before. */
  readonly users: number;
}

/** A count of users whose tokens could not be acquired by hand in time. */
export interface Unfinished {
  readonly adapter: Adapter;
  readonly users: number;
  readonly withinSeconds: number;
  /** How many of them were served until then; that many were measured instead. */
  readonly reached: number;
}

export interface CachedTokens {
  readonly rows: readonly CachedTokensRow[];
  readonly unfinished: readonly Unfinished[];
}

type Entrant = Contestant & Pick<CachedTokensRow, 'adapter' | 'column'>;

/** What a request costs whose downstream token is cached, with more and more users, all ways in the same rounds. */
export async function measureCachedTokens(workbench: Workbench, sizes: Sizes): Promise<CachedTokens> {
  const rows: CachedTokensRow[] = [];
  const unfinished: Unfinished[] = [];
  for (const adapter of ['fastify', 'express'] as const) {
    const servers: MeasuredServer[] = [];
    const start = async (app: AppName) => {
      const server = await workbench.startServer(app, adapter);
      servers.push(server);
      return server;
    };
    const entrants: Entrant[] = [];
    const enter = (column: Column, server: MeasuredServer, users: number, path = '/tokens') =>
      entrants.push({ name: `${column}, ${users}`, adapter, column, server, path, users });

    enter('bare', await start('bare'), 1);
    enter('floor', await start('floor'), 1);
    const azureIdentity = await start('azure-identity');
    for (const users of adapter === 'fastify' ? [...sizes.users, sizes.manyUsers] : sizes.users) {
      progress(`${users} users acquire tokens with nestjs-entra on ${adapter}`);
      const ours = await start('nestjs-entra');
      await workbench.send(ours, { path: '/tokens', users, requests: users });
      enter('onDemand', ours, users);
      enter('downstreamScopes', ours, users, '/downstream-scopes');
      // It keeps nothing from one request to the next, so one server does for all counts.
      if (sizes.users.includes(users)) enter('azureIdentity', azureIdentity, users);
    }
    for (const users of sizes.users) {
      progress(`${users} users acquire tokens by hand on ${adapter}`);
      const byHand = await start('by-hand');
      const order = { path: '/tokens', users, requests: users, maxMs: sizes.byHandMaxMs };
      const { requests: reached } = await workbench.send(byHand, order);
      enter('byHand', byHand, reached);
      if (reached < users) {
        unfinished.push({ adapter, users, withinSeconds: sizes.byHandMaxMs / 1000, reached });
      }
    }
    progress(`cached tokens on ${adapter}`);
    const measured = await measureInRounds(workbench, entrants, sizes.acquisition);
    rows.push(
      ...entrants.map(({ column, users, name }) => ({
        adapter,
        column,
        users,
        ...addedTo(measured, 'bare, 1', name),
      })),
    );
    await Promise.all(servers.map((server) => workbench.stopServer(server)));
  }
  return { rows, unfinished };
}
