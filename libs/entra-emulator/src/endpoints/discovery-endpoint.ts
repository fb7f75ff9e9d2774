import type { Platform } from '../platform.js';
import { PERSONAL_ACCOUNTS_TENANT } from '../tenants/tenant.js';
import { tokenIssuer, type TokenVersion } from '../tokens/issuer.js';
import { jsonAnswer, type Answer } from './answer.js';
import type { Exchange } from './exchange.js';
import { resolveTenant, type NamedTenant } from './tenant-segment.js';

/** Headers of metadata that was found: it may be kept for a day. */
export const METADATA_HEADERS = {
  'Cache-Control': 'max-age=86400, private',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, OPTIONS',
} as const;

/** Answers `/{tenant}/v2.0/.well-known/openid-configuration` and its v1.0 sister (OpenID Connect Discovery §4). */
export function discoveryEndpoint(platform: Platform, { route }: Exchange): Answer {
  const named = resolveTenant(platform.directory, route.tenant, 'invalid_tenant');
  return jsonAnswer(200, metadataOf(platform.url, named, route.version), METADATA_HEADERS);
}

function metadataOf(url: string, named: NamedTenant, version: TokenVersion): Record<string, unknown> {
  const segment = named.kind === 'tenant' ? named.tenantId : named.alias;
  const v2 = version === 2 ? '/v2.0' : '';
  const base = `${url}/${segment}`;
  return {
    token_endpoint: `${base}/oauth2${v2}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery${v2}/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: tokenIssuer(url, issuerSegment(named), version),
    ...(version === 1 ? { microsoft_multi_refresh_token: true } : {}),
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${url}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2${v2}/authorize`,
    device_authorization_endpoint: `${base}/oauth2${v2}/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2${v2}/logout`,
    ...(version === 1 ? { check_session_iframe: `${base}/oauth2/checksession` } : {}),
    claims_supported: [
      'sub',
      'iss',
      'cloud_instance_name',
      'cloud_instance_host_name',
      'cloud_graph_host_name',
      'msgraph_host',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'acr',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'ver',
      'at_hash',
      'c_hash',
      'email',
    ],
    kerberos_endpoint: `${base}/kerberos`,
    tenant_region_scope: named.kind === 'tenant' ? 'WW' : null,
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  };
}

/** `common` and `organizations` have no issuer of their own: they show the template, braces and all. */
function issuerSegment(named: NamedTenant): string {
  if (named.kind === 'tenant') {
    return named.tenantId;
  }
  return named.alias === 'consumers' ? PERSONAL_ACCOUNTS_TENANT : '{tenantid}';
}
