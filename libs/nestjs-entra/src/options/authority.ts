import { detach } from '../own-properties.js';
import { isGuid } from './guid.js';
import { isB2cHost, isExternalIdHost } from './login-host.js';

/** The tenant segments that stand for many tenants (Microsoft identity platform, "Endpoints"). */
const MULTI_TENANT = new Set(['common', 'organizations']);

/** What Microsoft's clouds do not derive from their login host: who issues, and where Microsoft Graph is. */
interface Cloud {
  /** Host in the issuer of v2.0 tokens. */
  readonly v2: string;
  /** Host in the issuer of v1.0 tokens. */
  readonly v1: string;
  readonly graph: string;
}

const PUBLIC_CLOUD: Cloud = {
  v2: 'login.microsoftonline.com',
  v1: 'sts.windows.net',
  graph: 'https://graph.microsoft.com',
};

const CHINA: Cloud = {
  v2: 'login.partner.microsoftonline.cn',
  v1: 'sts.chinacloudapi.cn',
  graph: 'https://microsoftgraph.chinacloudapi.cn',
};

/** By login host (Microsoft identity platform, "National clouds"). */
const CLOUDS = detach<Readonly<Record<string, Cloud>>>({
  'login.microsoftonline.com': PUBLIC_CLOUD,
  'login.windows.net': PUBLIC_CLOUD,
  'login.microsoftonline.us': {
    v2: 'login.microsoftonline.us',
    v1: 'sts.windows.net',
    graph: 'https://graph.microsoft.us',
  },
  'login.partner.microsoftonline.cn': CHINA,
  'login.chinacloudapi.cn': CHINA,
});

/** Where one API's tokens come from: the addresses and issuers of its cloud, tenant and, in Azure AD B2C, policy. */
export class Authority {
  /** Origin of the login host, without a trailing slash. */
  readonly instance: string;
  /** As configured, in lower case: GUID, domain, `organizations` or `common`. */
  readonly tenant: string;
  /** User flow or custom policy of Azure AD B2C, as configured; `undefined` everywhere else. */
  readonly policy: string | undefined;
  /** Microsoft Graph of this cloud: the resource that short scopes belong to. */
  readonly graphResource: string;
  /** Issuer of v2.0 tokens, and of all of Azure AD B2C, with `{tenantid}` for the tenant. */
  readonly v2IssuerTemplate: string;
  /**
   * Issuer of v1.0 tokens, with `{tenantid}` for the tenant; `null` when there are none; `undefined` when this
   * login host is none of Microsoft's, and only its own metadata can tell.
   */
  readonly v1IssuerTemplate: string | null | undefined;

  constructor(instance: string, tenant: string, policy?: string) {
    const { origin, host, hostname } = new URL(instance);
    const cloud = CLOUDS[host];
    this.instance = origin;
    this.tenant = tenant.toLowerCase();
    this.policy = policy;
    this.graphResource = cloud?.graph ?? PUBLIC_CLOUD.graph;
    if (isExternalIdHost(hostname)) {
      // External ID issues under the tenant id as host name, whatever host was asked, and has no v1.0 tokens.
      this.v2IssuerTemplate = 'https://{tenantid}.ciamlogin.com/{tenantid}/v2.0';
      this.v1IssuerTemplate = null;
    } else if (isB2cHost(hostname)) {
      // One issuer for all policies, whose tokens call themselves 1.0 although the v2.0 endpoint issues them.
      this.v2IssuerTemplate = `${origin}/{tenantid}/v2.0/`;
      this.v1IssuerTemplate = null;
    } else {
      this.v2IssuerTemplate = `${cloud ? `https://${cloud.v2}` : origin}/{tenantid}/v2.0`;
      this.v1IssuerTemplate = cloud && `https://${cloud.v1}/{tenantid}/`;
    }
    Object.freeze(this);
  }

  /** Whether tokens of more than one tenant can come in. */
  get isMultiTenant(): boolean {
    return MULTI_TENANT.has(this.tenant);
  }

  /** The one tenant as a GUID; `undefined` for many tenants, and for a domain, whose GUID only the metadata knows. */
  get tenantId(): string | undefined {
    return isGuid(this.tenant) ? this.tenant : undefined;
  }

  /** Whether tokens of personal accounts can come in: under `common` alone. */
  get acceptsPersonalAccounts(): boolean {
    return this.tenant === 'common';
  }

  /** Issuer of the v2.0 tokens of one tenant. */
  v2Issuer(tenantId: string): string {
    return issuerOf(this.v2IssuerTemplate, tenantId);
  }

  /** The published signing keys. Keys of all tenants are published under `common`. */
  get keysUrl(): string {
    return `${this.at(this.isMultiTenant ? 'common' : this.tenant)}/discovery/v2.0/keys`;
  }

  /**
   * The signing keys of one application, which has its own where a claims-mapping policy asks for one (Microsoft
   * identity platform, "Access tokens: validate the signature"); `undefined` in Azure AD B2C, which has none.
   */
  applicationKeysUrl(clientId: string): string | undefined {
    return this.policy === undefined ? `${this.keysUrl}?appid=${clientId}` : undefined;
  }

  /** OpenID Connect metadata of the tenant, or of its policy. */
  metadataUrl(version: '1.0' | '2.0'): string {
    return `${this.at(this.tenant)}${version === '2.0' ? '/v2.0' : ''}/.well-known/openid-configuration`;
  }

  /** Where callers of the API sign in. */
  get authorizationUrl(): string {
    return `${this.at(this.tenant)}/oauth2/v2.0/authorize`;
  }

  /** Token endpoint of one tenant. */
  tokenUrl(tenantId: string): string {
    return `${this.at(tenantId)}/oauth2/v2.0/token`;
  }

  private at(tenant: string): string {
    return `${this.instance}/${tenant}${this.policy === undefined ? '' : `/${this.policy}`}`;
  }
}

/** The issuer of one tenant. Every `{tenantid}` is replaced: the tenant id of External ID stands twice. */
export function issuerOf(template: string, tenantId: string): string {
  return template.replaceAll('{tenantid}', tenantId);
}
