import { Logger } from '@nestjs/common';
import { ConfigurationError } from '../../errors/configuration.error.js';
import type { EntraAuthOptions } from '../entra-auth-options.js';
import { ConfigurationSection } from './configuration-section.js';
import { Findings } from './findings.js';
import { parseAppSettings } from './parse-app-settings.js';
import { warnOfKeys } from './known-key-findings.js';
import { sectionAuthority } from './section-authority.js';
import { sectionCredentials } from './section-credentials.js';
import { sectionDownstreamApis } from './section-downstream-apis.js';
import { OF_NO_CONCERN, READ_KEYS, WITHOUT_EFFECT } from './section-keys.js';

/**
 * Options from the `AzureAd` and `DownstreamApis` sections of Microsoft.Identity.Web, as .NET has them in
 * `appsettings.json` and in the environment.
 *
 * Give the text of the file, the parsed file ({@link parseAppSettings} reads comments and trailing commas), the `AzureAd` section alone, or variables such as `AzureAd__ClientId`; together the variables go
 * over the file, as in .NET: `fromAzureAdSection({ ...appsettings, ...process.env })`. Names are read without regard
 * to case. A key that is not known, and one that has no effect here, is logged as a warning.
 *
 * The section has no word for `allowedTenants` and the like; add them: `{ ...fromAzureAdSection(json), allowedTenants }`.
 *
 * @throws ConfigurationError when something in the sections is wrong, all of it at once; what is wrong with the options
 *   that come out stops the boot
 */
export function fromAzureAdSection(configuration: object | string): EntraAuthOptions {
  const findings = new Findings();
  const parsed = typeof configuration === 'string' ? parseAppSettings(configuration) : configuration;
  const options = read(parsed, findings);
  if (findings.faults.length > 0) throw new ConfigurationError(findings.faults);
  const logger = new Logger('EntraAuth');
  for (const warning of findings.warnings) logger.warn(warning);
  return options;
}

function read(configuration: unknown, findings: Findings): EntraAuthOptions {
  if (typeof configuration !== 'object' || configuration === null || Array.isArray(configuration)) {
    throw new ConfigurationError(
      'fromAzureAdSection() was given no object; give the parsed JSON of appsettings.json, its AzureAd section, or process.env.',
    );
  }
  const root = ConfigurationSection.of(configuration, findings);
  const name = ['AzureAd', 'AzureAdB2C'].find((candidate) => root.has(candidate));
  const isSection = ['ClientId', 'TenantId', 'Instance', 'Authority'].some((key) => root.has(key));
  if (name === undefined && !isSection) {
    throw new ConfigurationError(
      'fromAzureAdSection() was given an object without an AzureAd section; give the parsed JSON of appsettings.json, its AzureAd section, or process.env with names such as AzureAd__ClientId.',
    );
  }
  const section = name === undefined ? root : root.section(name);
  const keys = name === undefined ? [...READ_KEYS, 'DownstreamApis', 'DownstreamApi'] : READ_KEYS;
  warnOfKeys(section, { read: keys, withoutEffect: WITHOUT_EFFECT, ofNoConcern: OF_NO_CONCERN }, findings);
  return {
    ...optionsOf(section, findings),
    ...some('downstreamApis', sectionDownstreamApis(root, findings)),
  };
}

function optionsOf(section: ConfigurationSection, findings: Findings): EntraAuthOptions {
  refuseEncryption(section, findings);
  warnOfScopes(section, findings);
  const audience = [section.text('Audience') ?? [], section.texts('Audiences') ?? []].flat();
  const clientCapabilities = section.texts('ClientCapabilities');
  const acl = section.flag('AllowWebApiToBeAuthorizedByACL');
  const sendX5C = section.flag('SendX5C');
  return {
    ...(sectionAuthority(section, findings) as { tenantId: string }),
    clientId: section.text('ClientId') as string,
    ...some('audience', [...new Set(audience)]),
    ...(acl !== undefined && { allowWebApiToBeAuthorizedByACL: acl }),
    ...(clientCapabilities && { clientCapabilities }),
    ...some('clientCredentials', sectionCredentials(section, findings)),
    ...(sendX5C !== undefined && { sendX5C }),
  };
}

/** Tokens that come encrypted would all be refused. */
function refuseEncryption(section: ConfigurationSection, findings: Findings): void {
  for (const name of ['TokenDecryptionCredentials', 'TokenDecryptionCertificates']) {
    if (!section.has(name)) continue;
    findings.fault(
      `${section.at(name)} is given; nestjs-entra does not decrypt tokens: remove it, and token encryption from the registration.`,
    );
  }
}

/** In .NET they are what `[RequiredScope]` asks of callers, and never what is asked of a downstream API. */
function warnOfScopes(section: ConfigurationSection, findings: Findings): void {
  const scopes = section
    .texts('Scopes')
    ?.flatMap((text) => text.split(/\s+/).filter((scope) => scope !== ''));
  if (!scopes || scopes.length === 0) return;
  findings.warn(
    `${section.at('Scopes')} requires nothing by itself; put @RequiredScopes(${scopes.map((scope) => `'${scope}'`).join(', ')}) on the controllers.`,
  );
}

/** A list or record that is empty counts as left out. */
function some<Name extends string, Value extends object>(
  name: Name,
  value: Value,
): Partial<Record<Name, Value>> {
  return (Object.keys(value).length > 0 ? { [name]: value } : {}) as Partial<Record<Name, Value>>;
}
