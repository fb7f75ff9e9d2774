import type { EntraEmulator } from './entra-emulator.js';
import type { EmulatorSeed } from './seed/emulator-seed.js';

/** How the lines of the environment are written: for a shell, or for a `.env` file. */
export type EnvironmentForm = 'shell' | 'dotenv';

/**
 * Says where the emulator is, how to trust its certificate, and what to set for applications to find it. In the form
 * `dotenv` the whole text is a valid `.env` file: everything else in it is a comment.
 */
export function banner(emulator: EntraEmulator, seed: EmulatorSeed, form: EnvironmentForm): string {
  const { url, tenantId, caCertificateFile } = emulator;
  const introduction = introductionOf(emulator);
  const lines = environmentOf(url, tenantId, caCertificateFile, seed);
  if (form === 'shell') {
    return `${introduction}\n${lines.map(([name, value]) => `export ${name}=${shellQuoted(value)}\n`).join('')}`;
  }
  const comments = `${introduction}\n${DOTENV_ADVICE}`.split('\n').map((line) => `# ${line}`.trimEnd());
  return [...comments, ...lines.map(([name, value]) => `${name}=${dotenvQuoted(value)}`), ''].join('\n');
}

/** Node.js reads NODE_EXTRA_CA_CERTS once, before `--env-file` and before any code of the application. */
const DOTENV_ADVICE = `Node.js reads NODE_EXTRA_CA_CERTS only when it starts: --env-file and @nestjs/config are too late for it.
Export it in the shell that starts the application, as above.`;

/** One word for every POSIX shell, whatever is in it. */
function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** As the readers of `.env` files agree on it: plain where it can be, because some take quotes literally. */
function dotenvQuoted(value: string): string {
  if (/^[\w./:@%+=,~-]*$/.test(value)) return value;
  const quote = ["'", '"', '`'].find((mark) => !value.includes(mark)) ?? "'";
  return `${quote}${value}${quote}`;
}

function introductionOf({ url, tenantId, caCertificateFile }: EntraEmulator): string {
  return `Entra emulator listens on ${url}
Administration: ${url}/admin
Metadata:       ${url}/${tenantId}/v2.0/.well-known/openid-configuration
Tenant id:      ${tenantId}
CA file:        ${caCertificateFile}

Trust its certificate, which was made for this run only:
  Node.js    export NODE_EXTRA_CA_CERTS=${shellQuoted(caCertificateFile)}
  curl       --cacert ${shellQuoted(caCertificateFile)}
  browsers   open ${url}/admin once and accept the warning, or import the CA file

For AuthModule.forRoot() and Azure's SDKs:`;
}

/** The registration that has a secret is the one that will want the environment. */
function environmentOf(
  url: string,
  tenantId: string,
  file: string,
  { applications = [] }: EmulatorSeed,
): (readonly [name: string, value: string])[] {
  const api = applications.find(({ clientId, clientSecrets = [] }) => clientId && clientSecrets.length > 0);
  const [secret] = api?.clientSecrets ?? [];
  return [
    ['AZURE_AUTHORITY_HOST', url],
    ['AZURE_TENANT_ID', tenantId],
    ...(api?.clientId === undefined ? [] : [['AZURE_CLIENT_ID', api.clientId] as const]),
    ...(typeof secret === 'string' ? [['AZURE_CLIENT_SECRET', secret] as const] : []),
    ['NODE_EXTRA_CA_CERTS', file],
  ];
}
