import type { EntraAuthOptions } from './entra-auth-options.js';
import { hostnameOf, isB2cHost } from './login-host.js';
import { shown } from './shown.js';

/** Names of user flows and custom policies; they become part of a path. */
const POLICY_NAME = /^[A-Za-z0-9_-]+$/;

/** What is wrong about the policy of an Azure AD B2C tenant, or cannot be had from such a tenant. */
export function b2cFaults(options: EntraAuthOptions): string[] {
  const { instance, signUpSignInPolicyId: policy } = options;
  if (!isB2cHost(hostnameOf(instance))) return policy === undefined ? [] : [policyElsewhereFault(options)];
  const faults: string[] = [];
  if (typeof policy !== 'string' || !POLICY_NAME.test(policy)) {
    faults.push(
      `signUpSignInPolicyId is ${shown(policy)} and instance is ${shown(instance)}; give the user flow or custom policy whose tokens are accepted, such as "B2C_1_signup_signin": letters, digits, _ and -.`,
    );
  }
  // Values of credentials are secret, so nothing of them is shown.
  if (isGiven(options.clientCredentials)) faults.push(exchangeFault('clientCredentials', 'given', options));
  if (isGiven(options.scopes)) faults.push(exchangeFault('scopes', shown(options.scopes), options));
  return faults;
}

function policyElsewhereFault({ instance, signUpSignInPolicyId }: EntraAuthOptions): string {
  const host = instance === undefined ? 'left out' : shown(instance);
  return `signUpSignInPolicyId is ${shown(signUpSignInPolicyId)} and instance is ${host}; only Azure AD B2C has policies: remove it, or give the instance of the B2C tenant, such as "https://contoso.b2clogin.com".`;
}

function exchangeFault(option: string, what: string, { instance }: EntraAuthOptions): string {
  return `${option} is ${what} and instance is ${shown(instance)}; Azure AD B2C has no on-behalf-of flow: remove ${option}, or use Microsoft Entra ID.`;
}

/** An empty list asks for nothing; what is no list at all is another fault. */
function isGiven(value: unknown): boolean {
  return (Array.isArray(value) || typeof value === 'string') && value.length > 0;
}
