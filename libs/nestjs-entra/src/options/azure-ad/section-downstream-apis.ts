import type { DownstreamApiOptions } from '../downstream-api-options.js';
import type { ConfigurationSection } from './configuration-section.js';
import type { Findings } from './findings.js';
import { warnOfKeys } from './known-key-findings.js';
import { READ_API_KEYS, WITHOUT_EFFECT_ON_API } from './section-keys.js';

/**
 * The APIs of `DownstreamApis`, by name; and the one of `DownstreamApi`, as the templates of .NET have it, under that
 * name.
 */
export function sectionDownstreamApis(
  root: ConfigurationSection,
  findings: Findings,
): Record<string, DownstreamApiOptions> {
  const apis = root.section('DownstreamApis');
  const single = root.has('DownstreamApi') ? [['DownstreamApi', root.section('DownstreamApi')] as const] : [];
  return Object.fromEntries(
    [...apis.names.map((name) => [name, apis.section(name)] as const), ...single].map(([name, api]) => [
      name,
      apiOf(api, findings),
    ]),
  );
}

/** What is missing or wrong in it is said at boot. */
function apiOf(api: ConfigurationSection, findings: Findings): DownstreamApiOptions {
  warnOfKeys(api, { read: READ_API_KEYS, withoutEffect: WITHOUT_EFFECT_ON_API }, findings);
  const relativePath = api.text('RelativePath');
  const requestAppToken = api.flag('RequestAppToken');
  return {
    baseUrl: api.text('BaseUrl') as string,
    scopes: (api.texts('Scopes') ?? []).flatMap((scopes) =>
      scopes.split(/\s+/).filter((scope) => scope !== ''),
    ),
    ...(relativePath !== undefined && { relativePath }),
    ...(requestAppToken !== undefined && { requestAppToken }),
  };
}
