import { cachedTokensReport, firstRequestsReport } from './acquisition-report.js';
import { machineLine } from './machine.js';
import { markdownTable } from './markdown-table.js';
import type { Results } from './results.js';
import { TARGET_HEADINGS, targetRow, targets } from './targets.js';
import { validationReport } from './validation-report.js';

/** The tables of a run, Markdown. */
export function report(results: Results): string {
  const { machine, isQuick, validation, acquisition } = results;
  const parts = [
    `Measured on ${machineLine(machine)}.`,
    ...(isQuick ? ['A quick run: it shows that everything works, and its figures are not worth much.'] : []),
    '## Targets',
    markdownTable(
      TARGET_HEADINGS,
      targets(results).map((target) => targetRow(target, !isQuick)),
    ),
  ];
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
  return `${parts.join('\n\n')}\n`;
}

const SPREAD = 'The median of the rounds, in brackets the quartiles.';
