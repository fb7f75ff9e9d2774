import type { Acquisition } from '../suites/acquisition.js';
import { COLUMNS, type Column } from '../suites/cached-tokens.js';
import type { PerApp } from '../suites/first-requests.js';
import type { Adapter } from '../server/settings.js';
import { figure, ratio, withSpread } from './figures.js';
import { markdownTable } from './markdown-table.js';
import { cachedTokensRow, userCounts } from './results.js';

const ADDED: readonly Column[] = ['floor', 'onDemand', 'downstreamScopes', 'byHand', 'azureIdentity'];

/** CPU of a request whose downstream token is cached: one row for each adapter and count of users. */
export function cachedTokensReport(acquisition: Acquisition): string {
  const rows = (['fastify', 'express'] as const).flatMap((adapter) =>
    userCounts(acquisition, adapter).map((users) => {
      const added = (column: Column) => cachedTokensRow(acquisition, adapter, column, users)?.added.median;
      return [
        ratio(added('byHand'), added('onDemand')),
        ratio(added('azureIdentity'), added('onDemand')),
        adapter,
        figure(users),
        users === 1 ? figure(cachedTokensRow(acquisition, adapter, 'bare', 1)?.cpu.median ?? NaN) : '',
        ...ADDED.map((column) => cell(acquisition, adapter, column, users)),
      ];
    }),
  );
  return markdownTable(
    [
      '>by hand ÷ ours',
      '>@azure/identity ÷ ours',
      'adapter',
      '>users',
      `>${COLUMNS.bare}, whole request`,
      ...ADDED.map((column) => `>${COLUMNS[column]}`),
    ],
    rows,
  );
}

function cell(acquisition: Acquisition, adapter: Adapter, column: Column, users: number): string {
  const row = cachedTokensRow(acquisition, adapter, column, users);
  if (row) return withSpread(row.added);
  const unfinished = acquisition.cachedTokens.unfinished.find(
    (one) => column === 'byHand' && one.adapter === adapter && one.users === users,
  );
  if (!unfinished) return '';
  const { withinSeconds, reached } = unfinished;
  const instead = cachedTokensRow(acquisition, adapter, column, reached);
  const measured = instead ? `; ${figure(instead.added.median)} with the ${figure(reached)} reached` : '';
  return `does not finish in ${figure(withinSeconds)} s${measured}`;
}

/** Everything else: what first requests cost, and what a user weighs. */
export function firstRequestsReport(acquisition: Acquisition): string {
  const { concurrentExchanges, heapBytesPerUser, fourResourcesMs, loopBlocksMs } = acquisition;
  const ofBlocks = (pick: 'median' | 'p99' | 'max'): PerApp<number> => ({
    bare: loopBlocksMs.bare?.[pick],
    'nestjs-entra': loopBlocksMs['nestjs-entra']?.[pick],
    'by-hand': loopBlocksMs['by-hand']?.[pick],
    'azure-identity': loopBlocksMs['azure-identity']?.[pick],
  });
  const row = (what: string, figures: PerApp<number>): string[] => {
    const { bare, 'nestjs-entra': ours, 'by-hand': byHand, 'azure-identity': azureIdentity } = figures;
    const shown = (value: number | undefined) => (value === undefined ? '' : figure(value));
    return [
      ratio(byHand, ours),
      ratio(azureIdentity, ours),
      what,
      shown(bare),
      shown(ours),
      shown(byHand),
      shown(azureIdentity),
    ];
  };
  return markdownTable(
    ['>by hand ÷ ours', '>@azure/identity ÷ ours', 'what', '>nestjs-entra', '>by hand', '>@azure/identity'],
    [
      row('exchanges for concurrent first requests of one user', concurrentExchanges),
      row('heap for a further user with one downstream token, bytes', heapBytesPerUser),
      row('first request with 4 resources, exchanges taking 100 ms: median, ms', fourResourcesMs),
      row('event loop blocked by a first request: median, ms', ofBlocks('median')),
      row('the same: one of a hundred, ms', ofBlocks('p99')),
      row('the same: the longest, ms', ofBlocks('max')),
    ],
  );
}
