import { AadstsError } from '../errors/aadsts-error.js';

/** What a `claims` parameter demands of the sign-in (Microsoft: claims challenges, claims requests). */
export interface ClaimsRequest {
  /** Ids of conditional access policies to satisfy: `capolids`. */
  readonly policyIds: readonly string[];
  /** Authentication contexts to satisfy: `acrs`. */
  readonly authenticationContexts: readonly string[];
  /** The sign-in must be no older, in seconds since 1970: `nbf`. */
  readonly notBefore: number | undefined;
}

interface RequestedClaim {
  readonly value?: unknown;
  readonly values?: unknown;
}

/** Reads a `claims` parameter (OpenID Connect Core §5.5). One that is no JSON object is AADSTS9002313. */
export function parseClaimsRequest(parameter: string | undefined): ClaimsRequest {
  const claims = parameter === undefined ? {} : accessTokenClaims(parameter);
  const notBefore = Number(valuesOf(claims['nbf'])[0] ?? NaN);
  return {
    policyIds: valuesOf(claims['capolids']).map((id) => id.toLowerCase()),
    authenticationContexts: valuesOf(claims['acrs']),
    notBefore: Number.isFinite(notBefore) ? notBefore : undefined,
  };
}

function accessTokenClaims(parameter: string): Readonly<Record<string, RequestedClaim | null>> {
  try {
    const parsed = JSON.parse(parameter) as { access_token?: unknown } | null;
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return (parsed.access_token ?? {}) as Readonly<Record<string, RequestedClaim | null>>;
    }
  } catch {
    // Answered below, as any other text that is no object.
  }
  throw new AadstsError(9002313);
}

function valuesOf(claim: RequestedClaim | null | undefined): string[] {
  const { value, values } = claim ?? {};
  const all = Array.isArray(values) ? (values as unknown[]) : [value];
  return all.filter((one) => typeof one === 'string' || typeof one === 'number').map(String);
}
