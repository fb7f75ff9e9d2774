import { addedTo, type Added } from '../measure/added.js';
import { progress } from '../measure/progress.js';
import { measureInRounds, type Contestant } from '../measure/rounds.js';
import type { MeasuredServer, Workbench } from '../measure/workbench.js';
import type { Adapter, AppName } from '../server/settings.js';
import type { Sizes } from './sizes.js';

/** Who validates tokens, on which adapter. */
const VALIDATING: Readonly<Record<Adapter, readonly AppName[]>> = {
  fastify: ['nestjs-entra', 'passport-jwt'],
  express: ['nestjs-entra', 'passport-jwt', 'express-oauth2-jwt-bearer'],
};

/** A token that every request carries again, or another one with each. */
export type TokenUse = 'known' | 'first seen';
export const TOKEN_USES: readonly TokenUse[] = ['known', 'first seen'];

export interface ValidationRow extends Added {
  readonly adapter: Adapter;
  readonly app: AppName;
  readonly token: TokenUse;
}

/** What the validation of a token adds to a request, beside the same by others. */
export async function measureValidation(workbench: Workbench, sizes: Sizes): Promise<ValidationRow[]> {
  const rows: ValidationRow[] = [];
  for (const adapter of ['fastify', 'express'] as const) {
    rows.push(...(await measureAdapter(workbench, sizes, adapter)));
  }
  return rows;
}

async function measureAdapter(
  workbench: Workbench,
  sizes: Sizes,
  adapter: Adapter,
): Promise<ValidationRow[]> {
  progress(`validation on ${adapter}`);
  const { rounds, requests, warmUpRequests } = sizes.validation;
  const servers: MeasuredServer[] = [];
  const contestant = async (
    app: AppName,
    token: TokenUse,
  ): Promise<Contestant & Omit<ValidationRow, keyof Added>> => {
    // A server of its own for each: first-seen tokens would push a known one out of a cache they shared.
    const server = await workbench.startServer(app, adapter);
    servers.push(server);
    const users = token === 'known' ? 1 : warmUpRequests + rounds * requests;
    return { name: `${app}, ${token}`, app, adapter, token, server, path: '/plain', users };
  };
  const bare = await contestant('bare', 'known');
  const others = [];
  for (const token of TOKEN_USES) {
    for (const app of VALIDATING[adapter]) others.push(await contestant(app, token));
  }
  const measured = await measureInRounds(workbench, [bare, ...others], sizes.validation);
  await Promise.all(servers.map((server) => workbench.stopServer(server)));
  return [bare, ...others].map(({ app, token, name }) => ({
    app,
    adapter,
    token,
    ...addedTo(measured, bare.name, name),
  }));
}
