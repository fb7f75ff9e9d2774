// Writes the tables of docs/options.md from the doc comments of the types. With --check it only says whether they differ.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = join(ROOT, 'libs/nestjs-entra/src');
const PAGE = join(ROOT, 'docs/options.md');
const TABLE = /<!-- reference: (\w+) -->\n[\s\S]*?<!-- end of reference -->/g;

/** Every interface of the library, by name. */
function interfaces() {
  const found = new Map();
  for (const name of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue;
    const text = readFileSync(join(SOURCES, name), 'utf8');
    const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
    for (const statement of file.statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set(statement.name.text, statement);
    }
  }
  return found;
}

/** The text of a doc comment on one line; links become code. */
function comment(node) {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const parts = typeof doc?.comment === 'string' ? [doc.comment] : (doc?.comment ?? []).map(textOf);
  return parts.join('').replaceAll(/\s+/g, ' ').trim();
}

function textOf(part) {
  return ts.isJSDocLink(part) ? `\`${part.name?.getText() ?? part.text}\`` : part.text;
}

/** What a comment says after the word Default, and the rest of it. */
function splitDefault(text) {
  const match = /\s*\bDefault:? ((?:`[^`]*`|[^.`]|\.(?!\s|$))+)(?:\.|$)/.exec(text);
  if (!match) return { meaning: text, usual: undefined };
  const meaning = `${text.slice(0, match.index)}${text.slice(match.index + match[0].length)}`.trim();
  return { meaning, usual: match[1].trim() };
}

function row(property, faults) {
  const name = property.name.getText();
  const where = `${property.parent.name.text}.${name}`;
  const { meaning, usual } = splitDefault(comment(property));
  if (meaning === '') faults.push(`${where} has no doc comment.`);
  if (property.questionToken && usual === undefined) faults.push(`${where} does not say its default.`);
  const type = property.type.getText().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
  const cells = [`\`${name}\``, `\`${type}\``, meaning, property.questionToken ? usual : 'required'];
  return `| ${cells.map((cell) => (cell ?? '').replaceAll(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
}

function table(name, known, faults) {
  const declaration = known.get(name);
  if (!declaration) throw new Error(`There is no interface ${name} in ${SOURCES}`);
  const properties = declaration.members
    .filter(ts.isPropertySignature)
    // The literal that tells one kind of credential from another is its heading.
    .filter(({ type }) => !ts.isLiteralTypeNode(type));
  const rows = properties.map((property) => row(property, faults));
  return ['| name | type | meaning | default |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const faults = [];
const known = interfaces();
const page = readFileSync(PAGE, 'utf8');
const written = page.replaceAll(
  TABLE,
  (_all, name) => `<!-- reference: ${name} -->\n\n${table(name, known, faults)}\n\n<!-- end of reference -->`,
);
const options = await prettier.resolveConfig(PAGE);
const formatted = await prettier.format(written, { ...options, parser: 'markdown' });
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, formatted);
} else if (formatted !== page) {
  process.stderr.write('docs/options.md differs from the doc comments: run npm run docs:options.\n');
  process.exitCode = 1;
}
