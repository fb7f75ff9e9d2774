import type { EntraAuthOptions } from 'nestjs-entra';

/** The environment that the sample API runs in; a variable that is missing is named. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing; \`npm start\` sets it.`);
  return value;
}

/** Where the inspector may be imported: it stops the boot everywhere else. */
export function isDevelopment(): boolean {
  return ['development', 'test'].includes(process.env['NODE_ENV'] ?? 'development');
}

/** The scope of this API that its page asks for. */
export const API_SCOPE = 'api://sample-api/access_as_user';

/** The registration of this API, from the variables that Azure's own SDKs use. */
export function entraOptions(): EntraAuthOptions {
  return {
    instance: setting('AZURE_AUTHORITY_HOST'),
    tenantId: setting('AZURE_TENANT_ID'),
    clientId: setting('AZURE_CLIENT_ID'),
    clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: setting('AZURE_CLIENT_SECRET') }],
    downstreamApis: {
      downstream: { baseUrl: setting('DOWNSTREAM_API_URL'), scopes: 'api://downstream-api/User.Read' },
      // The same API under another name: its payroll needs a scope that a policy of conditional access guards.
      payroll: { baseUrl: setting('DOWNSTREAM_API_URL'), scopes: 'api://downstream-api/Payroll.Read' },
      graph: {
        baseUrl: `${process.env['GRAPH_URL'] ?? 'https://graph.microsoft.com'}/v1.0`,
        scopes: 'https://graph.microsoft.com/Mail.Read',
      },
    },
  };
}
