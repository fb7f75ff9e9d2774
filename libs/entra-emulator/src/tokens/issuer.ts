/** Version of a token. */
export type TokenVersion = 1 | 2;

/** Host of the v1.0 issuer. It is a name, not an address: v1.0 tokens of every cloud instance use it. */
const V1_ISSUER_HOST = 'https://sts.windows.net';

/** The `iss` claim of tokens of a tenant (Microsoft: access token claims reference). */
export function tokenIssuer(url: string, tenantId: string, version: TokenVersion): string {
  return version === 1 ? `${V1_ISSUER_HOST}/${tenantId}/` : `${url}/${tenantId}/v2.0`;
}

/**
 * Tells whether `issuer` is written as an issuer of Microsoft Entra ID: of the emulator, or of the real platform,
 * whose tokens are then refused for their key and not for their issuer.
 */
export function isEntraIssuer(url: string, issuer: string): boolean {
  const match = /^(https:\/\/[^/]+)\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(\/v2\.0|\/)$/i.exec(issuer);
  if (match === null) {
    return false;
  }
  return match[2] === '/'
    ? match[1] === V1_ISSUER_HOST
    : match[1] === url || match[1] === 'https://login.microsoftonline.com';
}
