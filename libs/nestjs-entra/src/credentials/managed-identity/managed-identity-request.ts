import type { PlatformRequest } from '../../network/identity-platform.client.js';
import { CredentialFault } from '../credential-fault.js';

/** What a token is requested for. */
export interface ManagedIdentityTarget {
  readonly resource: string;
  /** Client id of a user-assigned managed identity; the system-assigned one without. */
  readonly clientId: string | undefined;
}

/** A request for a token of the managed identity, and whether an Azure Arc agent answers it. */
export interface ManagedIdentityRequest extends PlatformRequest {
  readonly isAzureArc: boolean;
}

const IMDS = 'http://169.254.169.254';
const IMDS_PATH = '/metadata/identity/oauth2/token';
const AZURE_ARC = `http://127.0.0.1:40342${IMDS_PATH}`;

/**
 * The request that the environment asks for, in the order of msal-node: Service Fabric, App Service (and Functions,
 * Container Apps), Machine Learning, Cloud Shell, Azure Arc, and otherwise the instance metadata service of a virtual
 * machine (Microsoft: "How to use managed identities for App Service", "... on an Azure VM to acquire an access token").
 *
 * @param isArcMachine whether the agent of Azure Arc is installed
 * @throws CredentialFault when a variable does not hold an http(s) URL
 */
export function managedIdentityRequest(
  environment: Readonly<Record<string, string | undefined>>,
  target: ManagedIdentityTarget,
  isArcMachine: boolean,
): ManagedIdentityRequest {
  const { resource, clientId } = target;
  const identityHeader = environment['IDENTITY_HEADER'];
  const msiSecret = environment['MSI_SECRET'];
  if (environment['IDENTITY_ENDPOINT'] && identityHeader) {
    const isServiceFabric = Boolean(environment['IDENTITY_SERVER_THUMBPRINT']);
    return get(endpointIn(environment, 'IDENTITY_ENDPOINT'), {
      headers: isServiceFabric ? { secret: identityHeader } : { 'x-identity-header': identityHeader },
      query: {
        'api-version': isServiceFabric ? '2019-07-01-preview' : '2019-08-01',
        resource,
        client_id: clientId,
      },
    });
  }
  if (environment['MSI_ENDPOINT'] && msiSecret) {
    return get(endpointIn(environment, 'MSI_ENDPOINT'), {
      headers: { metadata: 'true', secret: msiSecret },
      query: {
        'api-version': '2017-09-01',
        resource,
        clientid: clientId ?? environment['DEFAULT_IDENTITY_CLIENT_ID'],
      },
    });
  }
  if (environment['MSI_ENDPOINT']) return cloudShell(endpointIn(environment, 'MSI_ENDPOINT'), target);
  const isArc = Boolean(environment['IDENTITY_ENDPOINT'] && environment['IMDS_ENDPOINT']);
  if (isArc || isArcMachine) {
    const endpoint = isArc ? endpointIn(environment, 'IDENTITY_ENDPOINT') : new URL(AZURE_ARC);
    if (endpoint.hostname === 'localhost') endpoint.hostname = '127.0.0.1';
    const query = { 'api-version': '2020-06-01', resource, client_id: clientId };
    return { ...get(endpoint, { headers: { metadata: 'true' }, query }), isAzureArc: true };
  }
  const host = environment['AZURE_POD_IDENTITY_AUTHORITY_HOST']
    ? endpointIn(environment, 'AZURE_POD_IDENTITY_AUTHORITY_HOST')
    : new URL(IMDS);
  return get(new URL(IMDS_PATH, host), {
    headers: { metadata: 'true' },
    query: { 'api-version': '2018-02-01', resource, client_id: clientId },
  });
}

function get(
  endpoint: URL,
  about: {
    readonly headers: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, string | undefined>>;
  },
): ManagedIdentityRequest {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(about.query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return { url: url.href, method: 'GET', headers: about.headers, isAzureArc: false };
}

function cloudShell(endpoint: URL, { resource, clientId }: ManagedIdentityTarget): ManagedIdentityRequest {
  if (clientId !== undefined) {
    throw new CredentialFault(
      'names a user-assigned managed identity, which Cloud Shell does not have; remove managedIdentityClientId.',
    );
  }
  return {
    url: endpoint.href,
    method: 'POST',
    headers: { metadata: 'true', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ resource }).toString(),
    isAzureArc: false,
  };
}

function endpointIn(environment: Readonly<Record<string, string | undefined>>, name: string): URL {
  const value = environment[name] ?? '';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new CredentialFault(
    `found no http(s) URL in the environment variable ${name}; the platform sets it where an API has a managed identity.`,
  );
}
