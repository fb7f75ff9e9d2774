import { detach } from '../../own-properties.js';
import type { ClientCredential } from '../client-credential.js';
import { shown } from '../shown.js';
import { sourceTypeText } from '../source-type-text.js';
import type { ConfigurationSection } from './configuration-section.js';
import type { Findings } from './findings.js';
import { warnOfKeys } from './known-key-findings.js';
import {
  CREDENTIAL_FIELDS,
  CREDENTIAL_FIELDS_WITHOUT_EFFECT,
  SOURCE_TYPES,
  UNSUPPORTED_SOURCE_TYPES,
} from './section-keys.js';

/** What a field says when it is spelt as in an example of Microsoft's that is wrong. */
const OTHER_SPELLINGS = detach<Readonly<Record<string, string>>>({
  SignedAssertionFileDiskPath: 'SignedAssertionFilePath',
});

/** Every field of every kind: one that belongs to another kind is left unread, as in .NET. */
const FIELDS_OF_ALL_KINDS = [
  'SourceType',
  'Skip',
  ...new Set(Object.values(CREDENTIAL_FIELDS).flat()),
  ...Object.values(OTHER_SPELLINGS),
  'CertificateStorePath',
  'CertificateThumbprint',
  'CertificateDistinguishedName',
  'CertificateSubjectName',
  'CustomSignedAssertionProviderName',
  'CustomSignedAssertionProviderData',
  'DecryptKeysAuthenticationOptions',
];

/**
 * `ClientCredentials`; when there are none, what came before them: a managed identity, `ClientCertificates`,
 * `ClientSecret`, in this order, as in Microsoft.Identity.Web.
 */
export function sectionCredentials(section: ConfigurationSection, findings: Findings): ClientCredential[] {
  const current = section
    .sections('ClientCredentials')
    .flatMap((entry) => credentialOf(entry, section, findings));
  if (section.sections('ClientCredentials').length > 0) {
    for (const name of ['ClientSecret', 'ClientCertificates'].filter((key) => section.has(key))) {
      findings.warn(`${section.at(name)} is not used, because ClientCredentials are given; remove it.`);
    }
    return current;
  }
  const identity = section.section('ClientCredentialsUsingManagedIdentity');
  const clientSecret = section.text('ClientSecret');
  return [
    ...(identity.flag('IsEnabled')
      ? [credential('SignedAssertionFromManagedIdentity', identityOf(identity, section))]
      : []),
    ...section.sections('ClientCertificates').flatMap((entry) => credentialOf(entry, section, findings)),
    ...(clientSecret === undefined ? [] : [credential('ClientSecret', { clientSecret })]),
  ];
}

function credentialOf(
  entry: ConfigurationSection,
  section: ConfigurationSection,
  findings: Findings,
): ClientCredential[] {
  if (entry.flag('Skip')) return [];
  warnOfKeys(entry, { read: FIELDS_OF_ALL_KINDS, withoutEffect: CREDENTIAL_FIELDS_WITHOUT_EFFECT }, findings);
  const written = entry.text('SourceType');
  const sourceType =
    SOURCE_TYPES[Number(written ?? NaN)] ??
    SOURCE_TYPES.find((name) => name.toLowerCase() === written?.trim().toLowerCase());
  const instead = UNSUPPORTED_SOURCE_TYPES[sourceType ?? ''];
  if (instead !== undefined) {
    findings.fault(`${entry.at('SourceType')} is ${shown(sourceType)}; ${instead}.`);
    return [];
  }
  const fields = CREDENTIAL_FIELDS[sourceType ?? ''];
  if (sourceType === undefined || !fields) {
    findings.fault(
      `${entry.at('SourceType')} is ${sourceTypeText(written)}; give one of ${Object.keys(CREDENTIAL_FIELDS).join(', ')}.`,
    );
    return [];
  }
  const values = fields.flatMap((field) => {
    const value = entry.text(field) ?? entry.text(OTHER_SPELLINGS[field] ?? field);
    return value === undefined ? [] : [[camelCase(field), value] as const];
  });
  const usesIdentity = fields.includes('ManagedIdentityClientId');
  return [
    credential(sourceType, {
      ...Object.fromEntries(values),
      ...(usesIdentity && identityOf(entry, section)),
    }),
  ];
}

/** The client id of the managed identity: that of the credential, else that of the section. */
function identityOf(entry: ConfigurationSection, section: ConfigurationSection): Record<string, string> {
  const clientId =
    entry.text('ManagedIdentityClientId') ?? section.text('UserAssignedManagedIdentityClientId');
  return clientId === undefined ? {} : { managedIdentityClientId: clientId };
}

/** What is missing or wrong in it is said at boot, as for every credential. */
function credential(sourceType: string, fields: Readonly<Record<string, string>>): ClientCredential {
  return { sourceType, ...fields } as unknown as ClientCredential;
}

function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
