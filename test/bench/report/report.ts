import { cachedTokensReport, firstRequestsReport } from './acquisition-report.js';
import { machineLine } from './machine.js';
import { markdownTable } from './markdown-table.js';
import type { Results } from './results.js';
import { arrivalsAssumptions, arrivalsReport, storeHitsReport } from './store-report.js';
import { TARGET_HEADINGS, targetRow, targets } from './targets.js';
import { validationReport } from './validation-report.js';

/** The tables of a run, Markdown. */
export function report(results: Results): string {
  const { machine, isQuick, validation, acquisition, store } = results;
  const parts = [
    `Measured on ${machineLine(machine)}.`,
    ...(isQuick ? ['A quick run: it shows that everything works, and its figures are not worth much.'] : []),
  ];
  const reached = targets(results);
  if (reached.length > 0) {
    const rows = reached.map((target) => targetRow(target, !isQuick));
    parts.push('## Targets', markdownTable(TARGET_HEADINGS, rows));
  }
  if (validation) {
    parts.push('## Validation', SPREAD, validationReport(validation));
  }
  if (acquisition) {
    parts.push(
      '## A cached downstream token',
      `CPU added to a request of bare Nest, µs. ${SPREAD}`,
      cachedTokensReport(acquisition),
      '## First requests, and memory',
      firstRequestsReport(acquisition),
    );
  }
  if (store) {
    parts.push(
      '## A token in Redis',
      storeHitsReport(store),
      '## A million users',
      `A simulation: ${arrivalsAssumptions()}`,
      arrivalsReport(store),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

const SPREAD = 'The median of the rounds, in brackets the quartiles.';
