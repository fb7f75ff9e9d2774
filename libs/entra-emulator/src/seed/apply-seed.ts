import type { Platform } from '../platform.js';
import { SeedError, type EmulatorSeed } from './emulator-seed.js';
import { seedFaults } from './seed-schema.js';
import { seededApplication } from './seeded-application.js';

/** Checks the form of a seed; throws with every fault at once. */
export function checkSeed(seed: unknown): EmulatorSeed {
  const faults = seedFaults(seed);
  if (faults.length > 0) {
    throw new SeedError(faults);
  }
  return seed as EmulatorSeed;
}

/** Brings a seed into a new emulator; throws with every entry that cannot be brought in. */
export function applySeed({ directory, consents, requiredClaims }: Platform, seed: EmulatorSeed): void {
  const faults = [
    ...attempt('/tenants', seed.tenants, (tenant) => directory.addTenant(tenant)),
    ...attempt('/users', seed.users, (user) => directory.addUser(user)),
    ...attempt('/applications', seed.applications, (application) =>
      directory.addApplication(seededApplication(application)),
    ),
    ...attempt('/consents', seed.consents, (consent) => consents.grant(consent)),
    ...attempt('/conditionalAccess', seed.conditionalAccess, (policy) => requiredClaims.add(policy)),
  ];
  if (faults.length > 0) {
    throw new SeedError(faults);
  }
}

function attempt<T>(path: string, entries: readonly T[] = [], apply: (entry: T) => unknown): string[] {
  return entries.flatMap((entry, index) => {
    try {
      apply(entry);
      return [];
    } catch (error) {
      return [`${path}/${index}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}
