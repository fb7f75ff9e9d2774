import type { EmulatorSeed } from './emulator-seed.js';

/** Ids of the demonstration, the same in every run. */
export const DEMO = {
  tenantId: '11111111-aaaa-4bbb-8ccc-0000000000a0',
  guestTenantId: '22222222-aaaa-4bbb-8ccc-0000000000b0',
  sampleApi: '11111111-aaaa-4bbb-8ccc-000000000001',
  downstreamApi: '11111111-aaaa-4bbb-8ccc-000000000002',
  page: '11111111-aaaa-4bbb-8ccc-000000000003',
  adele: '11111111-aaaa-4bbb-8ccc-0000000000e1',
  grady: '11111111-aaaa-4bbb-8ccc-0000000000e2',
  megan: '11111111-aaaa-4bbb-8ccc-0000000000e3',
  pradeep: '11111111-aaaa-4bbb-8ccc-0000000000e4',
  lidia: '11111111-aaaa-4bbb-8ccc-0000000000e5',
  policy: '11111111-aaaa-4bbb-8ccc-0000000000c1',
  sampleSecret: 'sample-api-secret',
} as const;

const PAGE_SCOPES = [
  'openid',
  'profile',
  'email',
  'offline_access',
  'api://sample-api/access_as_user',
  'api://sample-api/payroll.read',
];

/**
 * The demonstration: a page that signs users in, the API it calls, and the API behind that. Adele consented, Grady is
 * a guest, Megan an administrator, Pradeep has consented to nothing, and Lidia signs in with multi-factor
 * authentication. `Payroll.Read` asks everybody for multi-factor authentication; nobody consented to `Mail.Read` and
 * `Calendar.Read`.
 */
export const DEMO_SEED: EmulatorSeed = {
  tenantId: DEMO.tenantId,
  tenants: [{ tenantId: DEMO.guestTenantId, domains: ['fabrikam.example'] }],
  users: [
    user(DEMO.adele, 'Adele Vance'),
    { ...user(DEMO.grady, 'Grady Archie'), email: 'grady@fabrikam.example', guestFrom: DEMO.guestTenantId },
    { ...user(DEMO.megan, 'Megan Bowen'), isAdministrator: true },
    user(DEMO.pradeep, 'Pradeep Gupta'),
    user(DEMO.lidia, 'Lidia Holloway'),
  ],
  applications: [
    {
      clientId: DEMO.page,
      name: 'Sample page',
      scopes: [],
      redirectUris: {
        spa: [
          'http://localhost:3000/',
          'http://localhost:3000/redirect',
          'http://localhost:3000/redirect.html',
        ],
        publicClient: ['http://localhost'],
      },
    },
    {
      clientId: DEMO.sampleApi,
      name: 'Sample API',
      identifierUris: ['api://sample-api'],
      scopes: ['access_as_user', 'payroll.read'],
      clientSecrets: [DEMO.sampleSecret],
      redirectUris: { web: ['http://localhost:3000/consent-given'] },
    },
    {
      clientId: DEMO.downstreamApi,
      name: 'Downstream API',
      identifierUris: ['api://downstream-api'],
      scopes: ['User.Read', 'Payroll.Read', 'Calendar.Read'],
    },
  ],
  consents: [
    ...[DEMO.adele, DEMO.grady, DEMO.megan, DEMO.lidia].map((userId) => ({
      clientId: DEMO.page,
      userId,
      scopes: PAGE_SCOPES,
    })),
    {
      clientId: DEMO.sampleApi,
      scopes: ['api://downstream-api/User.Read', 'api://downstream-api/Payroll.Read', 'User.Read'],
    },
  ],
  conditionalAccess: [
    { scope: 'api://downstream-api/Payroll.Read', policyIds: [DEMO.policy] },
    { scope: 'api://sample-api/access_as_user', userId: DEMO.lidia },
  ],
};

function user(oid: string, name: string): { oid: string; name: string; preferredUsername: string } {
  return { oid, name, preferredUsername: `${name.toLowerCase().replace(' ', '.')}@contoso.example` };
}
