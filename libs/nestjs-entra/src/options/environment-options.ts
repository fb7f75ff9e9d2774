import { ConfigurationError } from '../errors/configuration.error.js';
import { ownProperties } from '../own-properties.js';
import type { ClientCredential } from './client-credential.js';
import type { EntraAuthOptions } from './entra-auth-options.js';

/** Variables by name, as in `process.env`; an empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Options from the environment variables that Azure's SDKs read, as `AuthModule.forRoot()` without an argument
 * takes them. Call it to add to them: `forRoot({ ...fromEnvironment(), scopes: 'User.Read' })`.
 *
 * | variable | option |
 * |---|---|
 * | `AZURE_TENANT_ID` | `tenantId`, required |
 * | `AZURE_CLIENT_ID` | `clientId`, required |
 * | `AZURE_AUTHORITY_HOST` | `instance` |
 * | `AZURE_CLIENT_SECRET` | a `ClientSecret` credential |
 * | `AZURE_CLIENT_CERTIFICATE_PATH`, `AZURE_CLIENT_CERTIFICATE_PASSWORD` | a `Path` credential |
 * | `AZURE_CLIENT_SEND_CERTIFICATE_CHAIN` (`true` or `1`) | `sendX5C` |
 * | `AZURE_FEDERATED_TOKEN_FILE` | a `SignedAssertionFilePath` credential |
 *
 * When several credentials are set, they stand in the list in this order, which is that of
 * `DefaultAzureCredential` in `@azure/identity`: the first that loads is used.
 *
 * @throws ConfigurationError naming every required variable that is not set
 */
export function fromEnvironment(variables: Environment = process.env): EntraAuthOptions {
  const environment = ownProperties(variables);
  const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId } = environment;
  const faults = [
    ...(tenantId ? [] : [notSet('AZURE_TENANT_ID', 'the tenant of the API, a GUID or verified domain')]),
    ...(clientId ? [] : [notSet('AZURE_CLIENT_ID', 'the application (client) id of the API, a GUID')]),
  ];
  if (!tenantId || !clientId) throw new ConfigurationError(faults);
  const instance = environment['AZURE_AUTHORITY_HOST'];
  const clientCredentials = credentialsOf(environment);
  return {
    ...(instance && { instance }),
    tenantId,
    clientId,
    ...(clientCredentials.length > 0 && { clientCredentials }),
    ...(isTrue(environment['AZURE_CLIENT_SEND_CERTIFICATE_CHAIN']) && { sendX5C: true }),
  };
}

/** One variable of the process. `process.env` inherits from `Object.prototype`, which is not an environment. */
export function environmentVariable(name: string): string | undefined {
  return Object.hasOwn(process.env, name) ? process.env[name] : undefined;
}

function notSet(name: string, what: string): string {
  return `${name} is not set in the environment; set it to ${what}, or pass options to AuthModule.forRoot().`;
}

function credentialsOf(environment: Environment): ClientCredential[] {
  const {
    AZURE_CLIENT_SECRET: clientSecret,
    AZURE_CLIENT_CERTIFICATE_PATH: certificateDiskPath,
    AZURE_CLIENT_CERTIFICATE_PASSWORD: certificatePassword,
    AZURE_FEDERATED_TOKEN_FILE: signedAssertionFileDiskPath,
  } = environment;
  const credentials: ClientCredential[] = [];
  if (clientSecret) credentials.push({ sourceType: 'ClientSecret', clientSecret });
  if (certificateDiskPath) {
    credentials.push({
      sourceType: 'Path',
      certificateDiskPath,
      ...(certificatePassword && { certificatePassword }),
    });
  }
  if (signedAssertionFileDiskPath) {
    credentials.push({ sourceType: 'SignedAssertionFilePath', signedAssertionFileDiskPath });
  }
  return credentials;
}

/** As @azure/identity reads it. */
function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true' || value === '1';
}
