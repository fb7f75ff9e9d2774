import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** One regular expression of the sources. */
interface Expression {
  readonly where: string;
  readonly text: string;
  readonly expression: RegExp;
}

/** All of them, found by the compiler: none is left out because it is written in an unusual place. */
function expressions(): Expression[] {
  const found: Expression[] = [];
  for (const folder of ['libs/nestjs-entra/src', 'libs/entra-emulator/src']) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue;
      const path = join(ROOT, folder, name);
      const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) {
          const { text } = node;
          const end = text.lastIndexOf('/');
          const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
          const expression = new RegExp(text.slice(1, end), text.slice(end + 1));
          found.push({ where: `${relative(ROOT, path)}:${line + 1}`, text, expression });
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }
  return found;
}

const LENGTH = 30_000;

/** What is slow is slow by a factor of thousands at this length: a quadratic search takes a second and more. */
const LIMIT_MS = 150;

/** Files whose expressions see no more characters than so, because the code around them cuts their input. */
const BOUNDED: Readonly<Record<string, number>> = { 'libs/nestjs-entra/src/options/shown.ts': 512 };

const lengthFor = ({ where }: Expression) => BOUNDED[where.split(':')[0] ?? ''] ?? LENGTH;

/** Repetitions of what expressions look for and of pieces of this one, which begin matches that never end. */
function hostileInputs(one: Expression): string[] {
  const { text } = one;
  const length = lengthFor(one);
  const repeated = (part: string) => part.repeat(Math.ceil(length / part.length));
  const words = text.match(/[A-Za-z0-9 _=:%<>"'/,;.-]{1,40}/g) ?? [];
  const pieces = [...words, ...words.map((word) => word.slice(0, -1)), ...words.map((word) => `${word} `)];
  const common = [
    'a',
    'A',
    '0',
    ' ',
    '\n',
    '\t',
    '/',
    '\\',
    '-',
    '_',
    '=',
    '"',
    "'",
    '<',
    '>',
    '%',
    '%41',
    ',',
    ';',
  ];
  const pairs = [
    'a=',
    'a ',
    'a,',
    'a.',
    '= ',
    '",',
    '\\"',
    ' =',
    'a="',
    '?#',
    '__',
    '<a',
    '</',
    '&a=',
    '://',
    'a:',
  ];
  return [...new Set([...common, ...pairs, ...pieces])]
    .filter((part) => part !== '')
    .flatMap((part) => [
      `${repeated(part)}\u0000`,
      `x${repeated(part)}\u0000x`,
      `${part}${repeated('a')}\u0000`,
    ]);
}

function elapsedMs({ expression }: Expression, input: string): number {
  const started = performance.now();
  if (expression.global) input.replaceAll(expression, '');
  else input.split(expression, 2);
  expression.exec(input);
  return performance.now() - started;
}

describe('A regular expression of the sources', () => {
  const all = expressions();

  it('is found in every form', () => {
    expect(all.length).toBeGreaterThan(60);
  });

  it.each(all.map((one) => [one.where, one.text, one] as const))(
    'takes linear time on hostile input: %s %s',
    (_where, _text, one) => {
      for (const input of hostileInputs(one)) {
        // The least of some runs: other processes may take the processor in between.
        let ms = elapsedMs(one, input);
        for (let run = 0; run < 2 && ms > LIMIT_MS; run++) ms = Math.min(ms, elapsedMs(one, input));
        expect(ms, `${input.length} characters like ${JSON.stringify(input.slice(0, 20))}`).toBeLessThan(
          LIMIT_MS,
        );
      }
    },
  );
});
