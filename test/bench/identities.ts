/** Microsoft's login host: every contestant believes it talks to it, and reaches the platform of the benchmark. */
export const LOGIN = 'https://login.microsoftonline.com';
export const TENANT_ID = '3b9a1f0e-52c4-4d7a-8f61-0a2b4c6d8e10';
export const ISSUER = `${LOGIN}/${TENANT_ID}/v2.0`;

/** The API whose protection is measured. */
export const API = {
  clientId: '6f2c8d14-9b3e-4a57-b1c0-7e5d3f9a2b46',
  secret: 'the-secret-of-the-measured-api',
} as const;

/** The single-page application that calls it. */
export const CLIENT_ID = 'd1e4b7a0-3c5f-4826-9d7b-8a6c4e2f0b13';

/** One scope each of four downstream APIs; named, for msal-node never finds `.default` in its cache. */
export const SCOPES = ['api://orders/Read', 'api://files/Read', 'api://mail/Read', 'api://people/Read'];
