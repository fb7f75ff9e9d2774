import { shown } from '../shown.js';
import type { Findings } from './findings.js';

type Scalar = string | number | boolean | null | undefined;

/** One key: its name as written, and what stands under it. */
interface Entry {
  readonly name: string;
  readonly value: Scalar | Entries;
}
type Entries = Map<string, Entry>;

/**
 * A section of a configuration, read as .NET reads one: names without regard to case, lists as sections with the
 * names 0, 1, 2, and `AzureAd__ClientId` or `AzureAd:ClientId` for a name within a section, which goes over what
 * stands there.
 */
export class ConfigurationSection {
  readonly #entries: Entries;

  private constructor(
    entries: Entries,
    private readonly findings: Findings,
    /** Path of the section, `AzureAd:ClientCredentials:0`; empty for the root. */
    readonly path: string,
  ) {
    this.#entries = entries;
  }

  static of(value: object, findings: Findings): ConfigurationSection {
    return new ConfigurationSection(entriesOf(value), findings, '');
  }

  /** The names in the section, as written. */
  get names(): string[] {
    return [...this.#entries.values()].map(({ name }) => name);
  }

  /** The path of a name. */
  at(name: string): string {
    const written = this.#entries.get(name.toLowerCase())?.name ?? name;
    return this.path === '' ? written : `${this.path}:${written}`;
  }

  /** Whether something is given: empty texts count as left out, as in Microsoft.Identity.Web. */
  has(name: string): boolean {
    const value = this.value(name);
    return value instanceof Map ? value.size > 0 : value !== undefined && value !== null && value !== '';
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value instanceof Map) {
      this.findings.fault(`${this.at(name)} is a section; give a text.`);
      return undefined;
    }
    return this.has(name) ? String(value) : undefined;
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name)?.trim().toLowerCase();
    if (text === undefined) return undefined;
    if (text === 'true' || text === 'false') return text === 'true';
    this.findings.fault(`${this.at(name)} is ${shown(this.text(name))}; give true or false.`);
    return undefined;
  }

  /** The texts of a list; a text that stands alone is a list of one. */
  texts(name: string): string[] | undefined {
    if (!this.has(name)) return undefined;
    if (!(this.value(name) instanceof Map)) return [this.text(name) ?? ''];
    const list = this.section(name);
    return list.inOrder().flatMap((index) => list.text(index) ?? []);
  }

  /** The section under a name; an empty one when there is none. */
  section(name: string): ConfigurationSection {
    const value = this.value(name);
    if (!(value instanceof Map) && this.has(name)) {
      this.findings.fault(`${this.at(name)} is no section; give an object.`);
    }
    return new ConfigurationSection(
      value instanceof Map ? value : new Map<string, Entry>(),
      this.findings,
      this.at(name),
    );
  }

  /** The sections of a list, in order. */
  sections(name: string): ConfigurationSection[] {
    const list = this.section(name);
    return list.inOrder().map((index) => list.section(index));
  }

  private inOrder(): string[] {
    return this.names.toSorted((one, other) => Number(one) - Number(other));
  }

  private value(name: string): Scalar | Entries {
    return this.#entries.get(name.toLowerCase())?.value;
  }
}

/** Maps, not objects: a name such as `__proto__` is then nothing special. */
function entriesOf(value: object): Entries {
  const entries: Entries = new Map();
  // Names within a section go over the section, wherever they stand.
  const pairs = Object.entries(value as Record<string, unknown>).map(
    ([name, item]) => [pathOf(name), item] as const,
  );
  const byDepth = pairs.toSorted(([one], [other]) => Math.sign(one.length - 1) - Math.sign(other.length - 1));
  for (const [path, item] of byDepth) put(entries, path, item);
  return entries;
}

/** `__` at the start of a name separates nothing. */
function pathOf(name: string): string[] {
  let start = 0;
  while (name[start] === '_') start++;
  const [first = '', ...rest] = name.slice(start).split(/__|:/);
  return [name.slice(0, start) + first, ...rest].filter((part) => part !== '');
}

function put(entries: Entries, path: readonly string[], item: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  const key = name.toLowerCase();
  const present = entries.get(key);
  const inner = typeof item === 'object' && item !== null ? entriesOf(item) : undefined;
  if (rest.length === 0 && !inner) {
    entries.set(key, { name: present?.name ?? name, value: scalar(item) });
    return;
  }
  const under: Entries = present?.value instanceof Map ? present.value : new Map();
  entries.set(key, { name: present?.name ?? name, value: under });
  if (rest.length > 0) put(under, rest, item);
  else if (inner) merge(under, inner);
}

function merge(into: Entries, from: Entries): void {
  for (const [key, { name, value }] of from) {
    const present = into.get(key);
    if (value instanceof Map && present?.value instanceof Map) merge(present.value, value);
    else into.set(key, { name: present?.name ?? name, value });
  }
}

function scalar(item: unknown): Scalar {
  return item === null || item === undefined || typeof item === 'number' || typeof item === 'boolean'
    ? item
    : String(item as string);
}
