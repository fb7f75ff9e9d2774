import type { ApplicationInit } from './tenants/application.js';
import type { EmulatorSeed } from './seed/emulator-seed.js';
import type { UserInit } from './tenants/user.js';

/** What `EntraEmulator.start` takes; everything has a default. */
export interface EntraEmulatorOptions {
  /** TCP port; 0, the default, takes a free one. */
  readonly port?: number;
  /** GUID of the home tenant; that of the seed, or random, by default. */
  readonly tenantId?: string;
  /**
   * What the emulator knows from the start, as in a seed file; `'demo'` for five users, a page and two APIs. Empty by
   * default.
   */
  readonly seed?: EmulatorSeed | 'demo';
  /** Users to add, the first of which signs in by default. */
  readonly users?: readonly UserInit[];
  /** Applications to register, the first of which tokens are issued for by default. */
  readonly applications?: readonly ApplicationInit[];
  /** The clock of the whole emulator, in milliseconds since 1970; `Date.now` by default. */
  readonly now?: () => number;
  /** Lifetime of access tokens in seconds; by default 60 to 90 minutes at random for users, 60 minutes without one. */
  readonly accessTokenLifetimeSeconds?: number;
  /**
   * Refuses the 15th identical token request within five minutes with AADSTS50196, as Entra does. Off by default:
   * tests of caches ask the same question many times.
   */
  readonly detectRequestLoops?: boolean;
}
