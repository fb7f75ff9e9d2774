import type { Claims } from './claims.js';

/** The delegated scopes of a token. An empty value and `/`, as in the tokens of autonomous agents, are none. */
export function scopesIn({ scp }: Claims): string[] {
  return typeof scp === 'string' ? scp.split(' ').filter((scope) => !/^[\s/]*$/.test(scope)) : [];
}

/** Tells whether a token stands for a user: as `idtyp` says, and without it by its delegated scopes. */
export function isOfUser(claims: Claims): boolean {
  const { idtyp } = claims;
  return idtyp === undefined || idtyp === null ? scopesIn(claims).length > 0 : idtyp === 'user';
}
