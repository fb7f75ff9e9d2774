import { isB2cHost, isExternalIdHost } from '../login-host.js';
import { shown } from '../shown.js';
import type { ConfigurationSection } from './configuration-section.js';
import type { Findings } from './findings.js';
import { withoutTrailingSlashes } from '../../network/without-slashes.js';

/** Where the tokens come from, as far as the section says it. */
export interface SectionAuthority {
  readonly instance?: string;
  readonly tenantId?: string;
  readonly signUpSignInPolicyId?: string;
}

/**
 * Instance, tenant and policy: from `Instance`, `TenantId` (with a policy also `Domain`) and `SignUpSignInPolicyId`, or
 * from `Authority`. Microsoft.Identity.Web ignores `Authority` beside the others; here it has to say the same.
 */
export function sectionAuthority(section: ConfigurationSection, findings: Findings): SectionAuthority {
  const policy = section.text('SignUpSignInPolicyId');
  const separate: SectionAuthority = {
    ...given('instance', instanceOf(section.text('Instance'))),
    ...given('tenantId', section.text('TenantId') ?? (policy && section.text('Domain'))),
    ...given('signUpSignInPolicyId', policy),
  };
  const authority = section.text('Authority');
  if (authority === undefined) return separate;
  const parsed = parseAuthority(authority);
  if (!parsed) {
    findings.fault(
      `${section.at('Authority')} is ${shown(authority)}; give an https URL with the tenant as its path, such as "https://login.microsoftonline.com/contoso.onmicrosoft.com", or Instance and TenantId in its place.`,
    );
    return separate;
  }
  const domain = section.text('Domain')?.toLowerCase();
  const differing = Object.entries(separate).filter(
    ([name, value]) =>
      !isSame(value as string, parsed[name as keyof SectionAuthority]) &&
      // The tenant's own domain in one of the two is the same tenant, when the section says that it is.
      !(name === 'tenantId' && domain !== undefined && parsed.tenantId?.toLowerCase() === domain),
  );
  if (differing.length > 0) {
    const others = differing.map(
      ([name, value]) => `${section.at(KEYS[name as keyof SectionAuthority])} is ${shown(value)}`,
    );
    findings.fault(
      `${section.at('Authority')} is ${shown(authority)} and ${others.join(' and ')}, which is not the same; remove Authority, or make them agree.`,
    );
  } else if (Object.keys(separate).length > 0) {
    findings.warn(
      `${section.at('Authority')} stands beside ${Object.keys(separate)
        .map((name) => KEYS[name as keyof SectionAuthority])
        .join(' and ')} and says the same; remove it.`,
    );
  }
  return { ...parsed, ...separate };
}

const KEYS: Readonly<Record<keyof SectionAuthority, string>> = {
  instance: 'Instance',
  tenantId: 'TenantId',
  signUpSignInPolicyId: 'SignUpSignInPolicyId',
};

/** `https://contoso.b2clogin.com/tfp/`, an old form of an instance of Azure AD B2C, is its host. */
function instanceOf(instance: string | undefined): string | undefined {
  return instance?.replace(/\/tfp\/?$/i, '');
}

/** `{instance}/{tenant}[/{policy}][/v2.0]`; an External ID host alone stands for its own tenant. */
function parseAuthority(authority: string): SectionAuthority | undefined {
  if (!URL.canParse(authority)) return undefined;
  const { protocol, origin, hostname, pathname, username, password, search, hash } = new URL(authority);
  if (protocol !== 'https:' || username || password || search || hash) return undefined;
  const segments = pathname.split('/').filter((segment) => segment !== '');
  if (segments.at(-1)?.toLowerCase() === 'v2.0') segments.pop();
  if (isB2cHost(hostname) && segments[0]?.toLowerCase() === 'tfp') segments.shift();
  const [tenantId, policy, ...more] = segments;
  if (tenantId === undefined) {
    return isExternalIdHost(hostname)
      ? { instance: origin, tenantId: `${hostname.split('.')[0]}.onmicrosoft.com` }
      : undefined;
  }
  if (more.length > 0 || (policy !== undefined && !isB2cHost(hostname))) return undefined;
  return { instance: origin, tenantId, ...given('signUpSignInPolicyId', policy) };
}

function isSame(one: string, other: string | undefined): boolean {
  return other !== undefined && withoutSlash(one) === withoutSlash(other);
}

function withoutSlash(text: string): string {
  return withoutTrailingSlashes(text.toLowerCase());
}

function given<Name extends keyof SectionAuthority>(name: Name, value: string | undefined): SectionAuthority {
  return value === undefined || value === '' ? {} : { [name]: value };
}
