import type { EntraAuthOptions } from 'nestjs-entra';

/** The registration of this API. It calls nobody, so it needs no credential. */
export function entraOptions(): EntraAuthOptions {
  return {
    instance: setting('AZURE_AUTHORITY_HOST'),
    tenantId: setting('AZURE_TENANT_ID'),
    clientId: setting('AZURE_CLIENT_ID'),
  };
}

export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing; \`npm start\` sets it.`);
  return value;
}
