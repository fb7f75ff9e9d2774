import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository. */
export const ROOT = join(__dirname, '../..');

/** A Markdown file of the repository. */
export interface MarkdownFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface CodeBlock {
  /** File and line of the block's first line of code: `README.md:40`. */
  readonly place: string;
  readonly document: string;
  readonly language: string;
  /** What stands behind the language: `no-check`. */
  readonly info: string;
  readonly code: string;
  /** TypeScript of a comment `<!-- given: … -->` right before the block: what the reader has already. */
  readonly given: string;
  /** Name of a comment `<!-- file: … -->` right before the block; other blocks of the document can import it. */
  readonly file: string | undefined;
}

/** A row of a table: its cells, and the heading it stands under. */
export interface TableRow {
  readonly heading: string;
  readonly cells: readonly string[];
}

/** Every Markdown file that is written for readers: of the root, of `docs`, of the packages. */
export function markdownFiles(): MarkdownFile[] {
  const inFolder = (folder: string, recursive: boolean) =>
    readdirSync(join(ROOT, folder), { recursive, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name).replaceAll('\\', '/'));
  const libraries = readdirSync(join(ROOT, 'libs')).map((name) => `libs/${name}`);
  return [
    ...inFolder('.', false),
    ...inFolder('docs', true),
    ...libraries.flatMap((name) => inFolder(name, false)),
  ]
    .sort()
    .map(readMarkdown);
}

/** One Markdown file, by its path from the root. */
export function readMarkdown(path: string): MarkdownFile {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** The fenced blocks of a file, in order. */
export function codeBlocks({ path, text }: MarkdownFile): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (const match of text.matchAll(/^(```+)(\S*)[ ]?(.*)\n([\s\S]*?)^\1$/gm)) {
    const [, , language = '', info = '', code = ''] = match;
    const before = text.slice(0, match.index);
    const comments = commentsAtEnd(before);
    blocks.push({
      place: `${path}:${before.split('\n').length + 1}`,
      document: path,
      language,
      info,
      code,
      given: comments.get('given') ?? '',
      file: comments.get('file'),
    });
  }
  return blocks;
}

/** `<!-- name: text -->` comments with which a text ends. */
function commentsAtEnd(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let rest = text;
  for (;;) {
    const match = /<!-- (\w+):((?:(?!-->)[\s\S])*)-->\s*$/.exec(rest);
    if (!match) return found;
    const [, name = '', value = ''] = match;
    found.set(name, value.trim());
    rest = rest.slice(0, match.index);
  }
}

/** The headings of a file: level and text, as written. */
export function headings({ text }: MarkdownFile): { level: number; text: string }[] {
  return [...withoutCode(text).matchAll(/^(#{1,6}) (.+)$/gm)].map(([, marks = '', heading = '']) => ({
    level: marks.length,
    text: heading.trim(),
  }));
}

/** The rows of all tables of a file, without their heads. */
export function tableRows({ text }: MarkdownFile): TableRow[] {
  const rows: TableRow[] = [];
  let heading = '';
  let isBody = false;
  for (const line of withoutCode(text).split('\n')) {
    heading = /^#{1,6} (.+)$/.exec(line)?.[1]?.trim() ?? heading;
    if (!line.startsWith('|')) isBody = false;
    else if (/^\|[ :|-]+\|$/.test(line)) isBody = true;
    else if (isBody) rows.push({ heading, cells: cellsOf(line) });
  }
  return rows;
}

function cellsOf(line: string): string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** The text of the code span that a cell or heading consists of; `undefined` when it is none. */
export function codeSpan(text: string): string | undefined {
  return /^`([^`]+)`$/.exec(text)?.[1];
}

/** The section that begins with a heading, up to the next one of its level or above. */
export function section({ text }: MarkdownFile, heading: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#{1,6} (.+)$/.exec(line)?.[1]?.trim() === heading);
  if (start < 0) throw new Error(`There is no heading "${heading}"`);
  const level = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 0;
  const length = lines.slice(start + 1).findIndex((line) => (/^(#+) /.exec(line)?.[1]?.length ?? 7) <= level);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** The targets of links that stay in the repository. */
export function relativeLinks({ text }: MarkdownFile): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/i.test(target));
}

/** The anchors that GitHub gives the headings of a file. */
export function anchors(file: MarkdownFile): string[] {
  const seen = new Map<string, number>();
  return headings(file).map(({ text }) => {
    const slug = text
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
}

function withoutCode(text: string): string {
  return text.replaceAll(/^(```+).*\n[\s\S]*?^\1$/gm, '');
}
