import { TOKEN_USES, type ValidationRow } from '../suites/validation.js';
import { figure, ratio, withSpread } from './figures.js';
import { markdownTable } from './markdown-table.js';
import { validationRow } from './results.js';

/** The comparison of validations, for each adapter and use of tokens. */
export function validationReport(rows: readonly ValidationRow[]): string {
  const cells = (['fastify', 'express'] as const).flatMap((adapter) =>
    TOKEN_USES.flatMap((token) => {
      const ours = validationRow(rows, adapter, 'nestjs-entra', token);
      return rows
        .filter((row) => row.adapter === adapter && row.token === token)
        .map(({ app, added, cpu }) => [
          app === 'bare' ? '–' : ratio(added.median, ours?.added.median),
          app === 'bare' ? 'bare Nest' : app === 'passport-jwt' ? 'passport-jwt + jwks-rsa' : app,
          adapter,
          app === 'bare' ? '–' : token,
          app === 'bare' ? '–' : withSpread(added),
          figure(cpu.median),
        ]);
    }),
  );
  const headings = ['>÷ ours', 'protected with', 'adapter', 'token', '>CPU added, µs', '>whole request, µs'];
  return markdownTable(headings, cells);
}
