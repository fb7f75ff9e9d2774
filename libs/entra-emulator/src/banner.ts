import type { EntraEmulator } from './entra-emulator.js';
import type { EmulatorSeed } from './seed/emulator-seed.js';

/** Says where the emulator is, how to trust its certificate, and what to set for applications to find it. */
export function banner({ url, tenantId, caCertificateFile }: EntraEmulator, seed: EmulatorSeed): string {
  return `Entra emulator listens on ${url}
Administration: ${url}/admin
Metadata:       ${url}/${tenantId}/v2.0/.well-known/openid-configuration
Tenant id:      ${tenantId}
CA file:        ${caCertificateFile}

Trust its certificate, which was made for this run alone:
  Node.js    NODE_EXTRA_CA_CERTS=${caCertificateFile}
  curl       --cacert ${caCertificateFile}
  browsers   open ${url}/admin once and accept the warning, or import the CA file

For AuthModule.forRoot() and Azure's SDKs:
${environmentOf(url, tenantId, caCertificateFile, seed)}
`;
}

/** The registration that has a secret is the one that will want the environment. */
function environmentOf(
  url: string,
  tenantId: string,
  file: string,
  { applications = [] }: EmulatorSeed,
): string {
  const api = applications.find(({ clientId, clientSecrets = [] }) => clientId && clientSecrets.length > 0);
  const [secret] = api?.clientSecrets ?? [];
  return [
    `AZURE_AUTHORITY_HOST=${url}`,
    `AZURE_TENANT_ID=${tenantId}`,
    ...(api?.clientId === undefined ? [] : [`AZURE_CLIENT_ID=${api.clientId}`]),
    ...(typeof secret === 'string' ? [`AZURE_CLIENT_SECRET=${secret}`] : []),
    `NODE_EXTRA_CA_CERTS=${file}`,
  ].join('\n');
}
