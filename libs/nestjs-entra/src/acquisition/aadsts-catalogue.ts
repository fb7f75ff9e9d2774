import type { AadstsAdvice, AadstsSection } from './aadsts-advice.js';
import { ASSERTION_ADVICE } from './aadsts-assertion.js';
import { CLIENT_AUTHENTICATION_ADVICE } from './aadsts-client-authentication.js';
import { CONDITIONAL_ACCESS_ADVICE } from './aadsts-conditional-access.js';
import { CONSENT_ADVICE } from './aadsts-consent.js';
import { PROTOCOL_ADVICE } from './aadsts-protocol.js';
import { SESSION_AND_FAULT_ADVICE } from './aadsts-sessions-and-faults.js';

/** The known AADSTS numbers, each in one section. */
export const AADSTS_SECTIONS = {
  assertion: ASSERTION_ADVICE,
  consent: CONSENT_ADVICE,
  conditionalAccess: CONDITIONAL_ACCESS_ADVICE,
  clientAuthentication: CLIENT_AUTHENTICATION_ADVICE,
  protocol: PROTOCOL_ADVICE,
  sessionsAndFaults: SESSION_AND_FAULT_ADVICE,
} as const satisfies Readonly<Record<string, AadstsSection>>;

const CATALOGUE: ReadonlyMap<number, AadstsAdvice> = new Map(
  Object.values(AADSTS_SECTIONS).flatMap((section) =>
    Object.entries(section).map(([code, advice]) => [Number(code), advice] as const),
  ),
);

/**
 * What an AADSTS number means and what to do about it; `undefined` when the number is not known. It is for
 * people who read logs: what an answer becomes is decided without it, for Microsoft's numbers change
 * ("Microsoft Entra authentication and authorization error codes").
 */
export function aadstsAdvice(code: number | undefined): AadstsAdvice | undefined {
  return code === undefined ? undefined : CATALOGUE.get(code);
}
