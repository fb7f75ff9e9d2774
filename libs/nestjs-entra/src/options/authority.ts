import { isGuid } from './guid.js';

/** The tenant segments that stand for many tenants (Microsoft identity platform, "Endpoints"). */
const MULTI_TENANT = new Set(['common', 'organizations']);

/** Tenant of personal Microsoft accounts. */
export const CONSUMER_TENANT_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';

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
const CLOUDS: Readonly<Record<string, Cloud>> = {
  'login.microsoftonline.com': PUBLIC_CLOUD,
  'login.windows.net': PUBLIC_CLOUD,
  'login.microsoftonline.us': {
    v2: 'login.microsoftonline.us',
    v1: 'sts.windows.net',
    graph: 'https://graph.microsoft.us',
  },
  'login.partner.microsoftonline.cn': CHINA,
  'login.chinacloudapi.cn': CHINA,
};

/** Where one API's tokens come from: the addresses and issuers of its cloud and tenant. */
export class Authority {
  /** Origin of the login host, without a trailing slash. */
  readonly instance: string;
  /** As configured, in lower case: GUID, domain, `organizations` or `common`. */
  readonly tenant: string;
  /** Microsoft Graph of this cloud: the resource that short scopes belong to. */
  readonly graphResource: string;
  /** Issuer of v2.0 tokens, with `{tenantid}` for the tenant. */
  readonly v2IssuerTemplate: string;
  /**
   * Issuer of v1.0 tokens, with `{tenantid}` for the tenant; `null` when there are none; `undefined` when this
   * login host is none of Microsoft's, and only its own metadata can tell.
   */
  readonly v1IssuerTemplate: string | null | undefined;

  constructor(instance: string, tenant: string) {
    const { origin, host, hostname } = new URL(instance);
    const cloud = CLOUDS[host];
    this.instance = origin;
    this.tenant = tenant.toLowerCase();
    this.graphResource = cloud?.graph ?? PUBLIC_CLOUD.graph;
    if (hostname.endsWith('.ciamlogin.com')) {
      // External ID issues under the tenant id as host name, whatever host was asked, and has no v1.0 tokens.
      this.v2IssuerTemplate = 'https://{tenantid}.ciamlogin.com/{tenantid}/v2.0';
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
    return `${this.instance}/${this.isMultiTenant ? 'common' : this.tenant}/discovery/v2.0/keys`;
  }

  /** OpenID Connect metadata of the tenant. */
  metadataUrl(version: '1.0' | '2.0'): string {
    return `${this.instance}/${this.tenant}${version === '2.0' ? '/v2.0' : ''}/.well-known/openid-configuration`;
  }

  /** Where callers of the API sign in. */
  get authorizationUrl(): string {
    return `${this.instance}/${this.tenant}/oauth2/v2.0/authorize`;
  }

  /** Token endpoint of one tenant. */
  tokenUrl(tenantId: string): string {
    return `${this.instance}/${tenantId}/oauth2/v2.0/token`;
  }
}

/** The issuer of one tenant. Every `{tenantid}` is replaced: the tenant id of External ID stands twice. */
export function issuerOf(template: string, tenantId: string): string {
  return template.replaceAll('{tenantid}', tenantId);
}
