import { nameAdvice } from '../unknown-name-faults.js';
import type { ConfigurationSection } from './configuration-section.js';
import type { Findings } from './findings.js';

/** The keys of one kind of section. */
export interface KnownKeys {
  readonly read: readonly string[];
  readonly withoutEffect: Readonly<Record<string, string>>;
  readonly ofNoConcern?: readonly string[];
}

/** A key that has no effect is said, and so is one that is not known, with the nearest one that is read. */
export function warnOfKeys(section: ConfigurationSection, known: KnownKeys, findings: Findings): void {
  const find = (names: readonly string[], name: string) =>
    names.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  for (const name of section.names) {
    if (find(known.read, name) ?? find(known.ofNoConcern ?? [], name)) continue;
    const idle = find(Object.keys(known.withoutEffect), name);
    if (idle === undefined) {
      findings.warn(
        `${section.at(name)} is not known to nestjs-entra and has no effect; ${nameAdvice(name, known.read)}`,
      );
    } else if (section.has(name)) {
      findings.warn(`${section.at(name)} has no effect: ${known.withoutEffect[idle]}.`);
    }
  }
}
