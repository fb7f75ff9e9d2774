import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readMarkdown, ROOT, tableRows } from './markdown.js';

interface LintOverride {
  readonly files: readonly string[];
  readonly rules: { 'no-restricted-imports'?: [string, { patterns: { group: string[] }[] }] | 'off' };
}

/** Which folders each folder may not import, as the linter holds it. */
function forbidden(): ReadonlyMap<string, readonly string[]> {
  const config = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) as {
    overrides: LintOverride[];
  };
  return new Map(
    config.overrides.flatMap(({ files, rules }) => {
      const folder = /^libs\/nestjs-entra\/src\/([\w-]+)\/\*\*$/.exec(files[0] ?? '')?.[1];
      const rule = rules['no-restricted-imports'];
      if (folder === undefined || rule === undefined || rule === 'off') return [];
      const groups = rule[1].patterns.flatMap(({ group }) => group);
      return [[folder, groups.flatMap((group) => /^\*\*\/([\w-]+)\/\*\*$/.exec(group)?.[1] ?? [])] as const];
    }),
  );
}

it('docs/architecture.md tells the layers as the linter holds them', () => {
  const rules = forbidden();
  const folders = [...rules.keys()];
  const inForce = folders.map((folder) => [
    folder,
    folders.filter((other) => other !== folder && !rules.get(folder)?.includes(other)).toSorted(),
  ]);
  const names = (cell: string) => [...cell.matchAll(/`([\w-]+)\/`/g)].flatMap(([, name]) => name ?? []);
  const said = tableRows(readMarkdown('docs/architecture.md'))
    .filter(({ heading }) => heading === 'Layers')
    .map(({ cells: [folder = '', may = ''] }) => [names(folder)[0], names(may).toSorted()]);
  expect(folders.length).toBeGreaterThan(8);
  expect(said.toSorted()).toEqual(inForce.toSorted());
});
