import { errorDefinition, type AadstsCode } from './aadsts-registry.js';

/** What one occurrence of an error says beyond the registry. */
export interface AadstsErrorExtras {
  /** The `claims` member: JSON text, sent as a string. */
  readonly claims?: string;
  /** Replaces the suberror of the registry; `null` leaves the member out. */
  readonly suberror?: string | null;
  /** Replaces the OAuth error of the registry, for the few codes that come under two names. */
  readonly error?: string;
}

/** A refusal with an AADSTS code, thrown by the check that found it. */
export class AadstsError extends Error {
  override readonly name = 'AadstsError';
  readonly code: AadstsCode;
  /** HTTP status of the answer. */
  readonly status: number;
  /** OAuth 2.0 error. */
  readonly error: string;
  readonly suberror: string | undefined;
  readonly claims: string | undefined;
  /** Whether the answer has an `error_uri`. */
  readonly hasErrorUri: boolean;

  constructor(code: AadstsCode, details: readonly string[] = [], extras: AadstsErrorExtras = {}) {
    const definition = errorDefinition(code);
    super(`AADSTS${code}: ${definition.describe(...details)}`);
    this.code = code;
    this.status = definition.status;
    this.error = extras.error ?? definition.error;
    this.suberror = extras.suberror === null ? undefined : (extras.suberror ?? definition.suberror);
    this.claims = extras.claims;
    this.hasErrorUri = definition.errorUri;
  }
}
