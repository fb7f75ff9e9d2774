import { detach } from '../own-properties.js';
import type { ClientCredential } from './client-credential.js';
import { environmentVariable } from './environment-options.js';
import { isGuid } from './guid.js';
import { shown } from './shown.js';
import { sourceTypeText } from './source-type-text.js';
import { unknownNameFaults } from './unknown-name-faults.js';

type Values = Readonly<Record<string, unknown>>;

/** The fields of each kind of credential; those with a question mark may be left out. */
const FIELDS: Readonly<Record<ClientCredential['sourceType'], readonly string[]>> = {
  ClientSecret: ['clientSecret'],
  Path: ['certificateDiskPath', 'privateKeyDiskPath?', 'certificatePassword?'],
  Base64Encoded: ['base64EncodedValue', 'certificatePassword?'],
  Certificate: ['certificate', 'privateKey'],
  KeyVault: ['keyVaultUrl', 'keyVaultCertificateName', 'managedIdentityClientId?'],
  SignedAssertionFilePath: ['signedAssertionFileDiskPath?'],
  SignedAssertionFromManagedIdentity: ['managedIdentityClientId?', 'tokenExchangeUrl?'],
  CustomSignedAssertion: ['getAssertion'],
};

/** What a field has to be beyond a text that is not empty; none of these is secret. */
const CHECKS = detach<Readonly<Record<string, (value: unknown) => string | undefined>>>({
  getAssertion: (value) =>
    typeof value === 'function'
      ? undefined
      : `is ${value === undefined ? 'missing' : 'not a function'}; give a function that gives a signed assertion.`,
  keyVaultUrl: (value) =>
    textFault(value) ??
    (isVaultUrl(String(value))
      ? undefined
      : `is ${shown(value)}; give the address of the vault, such as "https://contoso.vault.azure.net".`),
  keyVaultCertificateName: (value) =>
    textFault(value) ??
    (/^[0-9a-zA-Z-]{1,127}$/.test(String(value))
      ? undefined
      : `is ${shown(value)}; give the name of a certificate in the vault: letters, digits and "-".`),
  managedIdentityClientId: (value) =>
    textFault(value) ??
    (isGuid(String(value).toLowerCase())
      ? undefined
      : `is ${shown(value)}; give the client id of the managed identity, a GUID, or leave it out.`),
  tokenExchangeUrl: (value) =>
    textFault(value) ??
    (/^(api|https):\/\/\S+$/.test(String(value))
      ? undefined
      : `is ${shown(value)}; give the audience of the token to exchange, such as "api://AzureADTokenExchange", or leave it out.`),
});

/** What is wrong with the shape of `clientCredentials`; whether they load is found out later. Shows no value that may be secret. */
export function credentialFaults(credentials: unknown): string[] {
  if (credentials === undefined) return [];
  if (!Array.isArray(credentials)) {
    return [
      'clientCredentials is not a list; give a list such as [{ sourceType: "ClientSecret", clientSecret }].',
    ];
  }
  return credentials.flatMap((credential: unknown, index) =>
    oneFaults(credential, `clientCredentials[${index}]`),
  );
}

/** The kind of credential that has a field of this name, such as `ClientSecret` for `clientSecret`. */
export function credentialKindOf(field: string): string | undefined {
  const kinds = Object.entries(FIELDS).filter(([, fields]) =>
    fields.some((each) => each.replace('?', '') === field),
  );
  return kinds[0]?.[0];
}

function oneFaults(credential: unknown, path: string): string[] {
  if (typeof credential !== 'object' || credential === null) {
    return [`${path} is not an object; give an object with a sourceType.`];
  }
  const values = credential as Values;
  const { sourceType } = values;
  if (typeof sourceType !== 'string' || !Object.hasOwn(FIELDS, sourceType)) {
    return [
      `${path}.sourceType is ${sourceTypeText(sourceType)}; give one of ${Object.keys(FIELDS).join(', ')}.`,
    ];
  }
  const fields = FIELDS[sourceType as ClientCredential['sourceType']];
  const names = fields.map((field) => field.replace('?', ''));
  return [
    ...unknownNameFaults(`field of a ${sourceType} credential`, values, ['sourceType', ...names], `${path}.`),
    ...fields.flatMap((field) => fieldFaults(values, field, path)),
    ...environmentFaults(values, path),
  ];
}

function fieldFaults(values: Values, field: string, path: string): string[] {
  const name = field.replace('?', '');
  const value = values[name];
  if (value === undefined && field.endsWith('?')) return [];
  const fault = (CHECKS[name] ?? textFault)(value);
  return fault === undefined ? [] : [`${path}.${name} ${fault}`];
}

/** Workload identity names its file in the environment. */
function environmentFaults(
  { sourceType, signedAssertionFileDiskPath: file }: Values,
  path: string,
): string[] {
  if (sourceType !== 'SignedAssertionFilePath' || file !== undefined) return [];
  if (environmentVariable('AZURE_FEDERATED_TOKEN_FILE')) return [];
  return [
    `${path}.signedAssertionFileDiskPath is missing and the environment variable AZURE_FEDERATED_TOKEN_FILE is not set; give one of the two.`,
  ];
}

function textFault(value: unknown): string | undefined {
  if (typeof value === 'string' && value.trim() !== '') return undefined;
  const state = value === undefined ? 'missing' : typeof value === 'string' ? 'empty' : 'not a string';
  return `is ${state}; give it as a non-empty string.`;
}

function isVaultUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(value);
  return protocol === 'https:' && pathname === '/' && !search && !hash && !username && !password;
}
