import { createApplication, type EmulatedApplication } from './application.js';

/** Client id of Microsoft Graph, the same in every tenant. */
export const MICROSOFT_GRAPH_ID = '00000003-0000-0000-c000-000000000000';

/** The resource that scopes without a resource belong to. */
export const MICROSOFT_GRAPH_URI = 'https://graph.microsoft.com';

/** Client id of Azure Resource Manager. */
export const AZURE_RESOURCE_MANAGER_ID = '797f4846-ba00-4fd7-ba43-dac1f8f63013';

/** Tenant that owns Microsoft's own applications. */
const MICROSOFT_SERVICES_TENANT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

const GRAPH_SCOPES = [
  'openid',
  'profile',
  'email',
  'offline_access',
  'User.Read',
  'User.ReadBasic.All',
  'User.Read.All',
  'User.ReadWrite.All',
  'Mail.Read',
  'Mail.ReadWrite',
  'Mail.Send',
  'Calendars.Read',
  'Calendars.ReadWrite',
  'Contacts.Read',
  'Files.Read',
  'Files.Read.All',
  'Files.ReadWrite',
  'Sites.Read.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'GroupMember.Read.All',
  'Directory.Read.All',
  'Directory.AccessAsUser.All',
  'AuditLog.Read.All',
  'Presence.Read',
  'Tasks.Read',
  'Tasks.ReadWrite',
  'Chat.Read',
  'Team.ReadBasic.All',
];

/** Those that only an administrator may consent to (Microsoft: Graph permissions reference). */
const GRAPH_ADMIN_SCOPES = [
  'User.Read.All',
  'User.ReadWrite.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'GroupMember.Read.All',
  'Directory.Read.All',
  'Directory.AccessAsUser.All',
  'AuditLog.Read.All',
];

/** Microsoft Graph and Azure Resource Manager, which every tenant has. */
export function createMicrosoftApplications(): EmulatedApplication[] {
  return [
    createApplication(
      {
        clientId: MICROSOFT_GRAPH_ID,
        name: 'Microsoft Graph',
        identifierUris: [MICROSOFT_GRAPH_URI, `${MICROSOFT_GRAPH_URI}/`],
        scopes: GRAPH_SCOPES,
        adminConsentScopes: GRAPH_ADMIN_SCOPES,
        requestedAccessTokenVersion: 1,
      },
      MICROSOFT_SERVICES_TENANT,
    ),
    createApplication(
      {
        clientId: AZURE_RESOURCE_MANAGER_ID,
        name: 'Windows Azure Service Management API',
        identifierUris: [
          'https://management.azure.com',
          'https://management.azure.com/',
          'https://management.core.windows.net',
          'https://management.core.windows.net/',
        ],
        scopes: ['user_impersonation'],
        requestedAccessTokenVersion: 1,
      },
      MICROSOFT_SERVICES_TENANT,
    ),
  ];
}

/** Tells whether `application` is one of Microsoft's, which have a service principal in every tenant. */
export function isMicrosoftApplication(application: EmulatedApplication): boolean {
  return application.tenantId === MICROSOFT_SERVICES_TENANT;
}

/** Tells whether `application` is Microsoft Graph. */
export function isMicrosoftGraph(application: EmulatedApplication): boolean {
  return application.clientId === MICROSOFT_GRAPH_ID;
}
