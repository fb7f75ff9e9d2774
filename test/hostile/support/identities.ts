/** Who the tokens here speak of. */
export const API = {
  clientId: '5a0a1a8c-3d0e-4f61-9a51-000000000001',
  secret: 'the-secret-of-the-api',
} as const;
export const ORDERS = { clientId: '5a0a1a8c-3d0e-4f61-9a51-000000000002', uri: 'api://orders' } as const;
export const CLIENT = { clientId: '5a0a1a8c-3d0e-4f61-9a51-000000000004' } as const;
export const ADELE = { oid: '5a0a1a8c-3d0e-4f61-9a51-00000000000a', name: 'Adele Vance' } as const;
export const BEN = { oid: '5a0a1a8c-3d0e-4f61-9a51-00000000000b', name: 'Ben Walters' } as const;
