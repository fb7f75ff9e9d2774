import { referencedDownstreamApi } from '../acquisition/downstream-api-reference.js';
import { authContextsOf, requirementsOf } from '../authorization/requirements-of.js';
import type { Requirement } from '../authorization/requirement.js';
import { routeScopes } from '../downstream/route-scopes.js';
import type { Route } from './routes.js';

const HEAD = ['route', 'required of callers', 'acquired for downstream APIs'];

/** Routes and their scopes, as a table of text; `undefined` when no route has any. */
export function routeTable(routes: readonly Route[]): string | undefined {
  const rows = routes
    .map(({ name, controller, handler }) => [
      name,
      [
        ...requirementsOf(controller, handler).map(textOf),
        ...authContextsOf(controller, handler).map((id) => `authentication context ${id}`),
      ].join(', and ') || '-',
      routeScopes(controller, handler)
        .map(
          ({ scopes, prefetch }) =>
            scopes.map(nameOf).join(' ') + (prefetch === 'blocking' ? '' : ` (${prefetch})`),
        )
        .join(' ') || '-',
    ])
    .filter(([, required, acquired]) => required !== '-' || acquired !== '-');
  if (rows.length === 0) return undefined;
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...rows].map((row) => row[column]?.length ?? 0)));
  const lines = [HEAD, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd(),
  );
  return ['Routes and their scopes:', ...lines].join('\n');
}

/** A configured API stands by its name. */
function nameOf(scope: string): string {
  return referencedDownstreamApi(scope) ?? scope;
}

function textOf({ scopes, allScopes, roles, rolesOf }: Requirement): string {
  const scopeText = scopes.join(allScopes ? ' and ' : ' or ');
  const roleText = roles.map((role) => `role ${role}`).join(' or ');
  const who = rolesOf === 'applications' && roles.length > 0 ? ' of an application' : '';
  return [scopeText, roleText && roleText + who].filter(Boolean).join(' or ');
}
