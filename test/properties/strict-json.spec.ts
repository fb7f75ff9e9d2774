import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from '../../libs/nestjs-entra/src/authentication/strict-json.js';

/** A document before it is written, so that its members can be doubled and their names spelt in other ways. */
type Node =
  | { readonly json: string }
  | { readonly items: Node[] }
  | { readonly members: [name: string, value: Node][] };

const names = fc.oneof(
  fc.constantFrom(
    'a',
    'A',
    'b',
    'tid',
    'TID',
    '',
    '"',
    '\\',
    '\\"',
    '{',
    '}',
    ',',
    ':',
    '__proto__',
    '\u2028',
    '\u{1f600}',
    '\u00e9',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .oneof(
        fc.string(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      )
      .map((value) => ({ json: JSON.stringify(value) })),
    fc.array(tie('node'), { maxLength: 4 }).map((items) => ({ items })),
    membersOf(tie('node')),
  ),
}));
function membersOf(value: fc.Arbitrary<Node>): fc.Arbitrary<{ members: [string, Node][] }> {
  return fc
    .uniqueArray(fc.tuple(names, value), { selector: ([name]) => name, maxLength: 4 })
    .map((members) => ({ members }));
}
/** The outermost object, whose members differ by more than case. */
const documents = fc
  .uniqueArray(fc.tuple(names, node), { selector: ([name]) => name.toLowerCase(), maxLength: 5 })
  .map((members): { members: [string, Node][] } => ({ members }));

/** Choices that the writing of a document takes, over and over. */
const whims = fc.infiniteStream(fc.nat(11));
const SPACES = ['', '', '', ' ', '\n', '\t', '\r\n', '  '];

/** Writes a document with white space and escapes wherever JSON allows them. */
function written(of: Node, whim: () => number): string {
  const gap = (): string => SPACES[whim() % SPACES.length] ?? '';
  if ('json' in of) return gap() + of.json + gap();
  if ('items' in of)
    return `${gap()}[${of.items.map((item) => written(item, whim)).join() || gap()}]${gap()}`;
  const members = of.members.map(
    ([name, value]) => `${gap()}${spelt(name, whim)}${gap()}:${written(value, whim)}`,
  );
  return `${gap()}{${members.join() || gap()}}${gap()}`;
}
function spelt(name: string, whim: () => number): string {
  return `"${Array.from({ length: name.length }, (_, index) => {
    const letter = name.charAt(index);
    if (whim() % 4 === 0) return `\\u${name.charCodeAt(index).toString(16).padStart(4, '0')}`;
    return JSON.stringify(letter).slice(1, -1);
  }).join('')}"`;
}
const whimOf = (stream: Iterator<number>) => (): number => stream.next().value as number;

/** Every object of a document, the outermost first. */
function objectsIn(of: Node): { members: [string, Node][] }[] {
  if ('json' in of) return [];
  if ('items' in of) return of.items.flatMap(objectsIn);
  return [of, ...of.members.flatMap(([, value]) => objectsIn(value))];
}

describe('parseStrictJson', () => {
  it('gives what JSON.parse gives for every document without doubles', () => {
    fc.assert(
      fc.property(documents, whims, (document, stream) => {
        const text = written(document, whimOf(stream));
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 1_500 },
    );
  });

  it('refuses every document in which one member is doubled, anywhere and in any spelling', () => {
    fc.assert(
      fc.property(
        documents,
        whims,
        fc.nat(),
        fc.nat(),
        fc.nat(),
        node,
        (document, stream, which, member, place, value) => {
          const copy = structuredClone(document);
          const candidates = objectsIn(copy).filter(({ members }) => members.length > 0);
          fc.pre(candidates.length > 0);
          const object = candidates[which % candidates.length]!;
          const [name] = object.members[member % object.members.length]!;
          object.members.splice(place % (object.members.length + 1), 0, [name, value]);
          const text = written(copy, whimOf(stream));
          expect(() => JSON.parse(text) as unknown).not.toThrow();
          expect(() => parseStrictJson(text)).toThrow(SyntaxError);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('refuses two outermost members that differ by case alone', () => {
    fc.assert(
      fc.property(documents, whims, fc.nat(), fc.nat(), node, (document, stream, member, place, value) => {
        fc.pre(document.members.length > 0);
        const [name] = document.members[member % document.members.length]!;
        const other = name.toUpperCase();
        fc.pre(other !== name && other.toLowerCase() === name.toLowerCase());
        const members = [...document.members];
        members.splice(place % (members.length + 1), 0, [other, value]);
        expect(() => parseStrictJson(written({ members }, whimOf(stream)))).toThrow(SyntaxError);
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but a SyntaxError over text that is nearly JSON', () => {
    const letters = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'a',
      '1',
      ' ',
      'null',
      '"a"',
      '"b":1',
      '\\u0061',
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 14 }), (parts) => {
        const text = parts.join('');
        let value: unknown;
        try {
          value = parseStrictJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
          return;
        }
        expect(value).toEqual(JSON.parse(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes 64 levels, and not one more', () => {
    const levels = (depth: number, [opening, closing]: readonly [string, string]): string =>
      `${opening.repeat(depth)}1${closing.repeat(depth)}`;
    for (const kind of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      expect(parseStrictJson(levels(64, kind))).toEqual(JSON.parse(levels(64, kind)));
      expect(() => parseStrictJson(levels(65, kind))).toThrow(SyntaxError);
      expect(() => parseStrictJson(levels(5_000, kind))).toThrow(SyntaxError);
    }
    // Side by side is not inside one another.
    const wide = `[${Array.from({ length: 500 }, () => '[{}]').join()}]`;
    expect(parseStrictJson(wide)).toEqual(JSON.parse(wide));
  });
});
