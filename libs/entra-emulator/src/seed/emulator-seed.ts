import type { RequireClaimsPolicy } from '../policies/required-claims.js';
import type { ApplicationInit } from '../tenants/application.js';
import type { ConsentGrant } from '../tenants/consents.js';
import type { TenantInit } from '../tenants/tenant.js';
import type { UserInit } from '../tenants/user.js';

/** What the emulator knows when it starts; a seed file holds it as JSON (`seed.schema.json` of the package). */
export interface EmulatorSeed {
  /** Address of the JSON schema, for editors. */
  readonly $schema?: string;
  /** GUID of the home tenant; random by default. */
  readonly tenantId?: string;
  /** Tenants beside the home tenant. */
  readonly tenants?: readonly TenantInit[];
  readonly users?: readonly UserInit[];
  readonly applications?: readonly ApplicationInit[];
  readonly consents?: readonly ConsentGrant[];
  /** Which scopes a sign-in alone is not enough for. */
  readonly conditionalAccess?: readonly RequireClaimsPolicy[];
}

/** A seed that cannot be used. The message has one line a fault: a JSON pointer (RFC 6901) and a sentence. */
export class SeedError extends TypeError {
  override readonly name = 'SeedError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}
