import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import { jsonAnswer, type Answer } from './answer.js';
import { METADATA_HEADERS } from './discovery-endpoint.js';
import type { Exchange } from './exchange.js';

interface CloudInstance {
  readonly preferred_network: string;
  readonly preferred_cache: string;
  readonly aliases: readonly string[];
}

const MICROSOFT_CLOUDS: readonly CloudInstance[] = [
  {
    preferred_network: 'login.microsoftonline.com',
    preferred_cache: 'login.windows.net',
    aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
  },
  {
    preferred_network: 'login.partner.microsoftonline.cn',
    preferred_cache: 'login.partner.microsoftonline.cn',
    aliases: ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
  },
  {
    preferred_network: 'login.microsoftonline.de',
    preferred_cache: 'login.microsoftonline.de',
    aliases: ['login.microsoftonline.de'],
  },
  {
    preferred_network: 'login.microsoftonline.us',
    preferred_cache: 'login.microsoftonline.us',
    aliases: ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
  },
  {
    preferred_network: 'login-us.microsoftonline.com',
    preferred_cache: 'login-us.microsoftonline.com',
    aliases: ['login-us.microsoftonline.com'],
  },
];

/**
 * Answers `/common/discovery/instance`, by which clients ask whether a host is one of Microsoft's before they send
 * a credential there. A foreign host is `invalid_instance`, AADSTS50049.
 */
export function instanceEndpoint(platform: Platform, { query }: Exchange): Answer {
  const authorizationEndpoint = query.get('authorization_endpoint');
  if (authorizationEndpoint === null || authorizationEndpoint === '') {
    throw new AadstsError(900144, ['authorization_endpoint']);
  }
  const own = new URL(platform.url).host;
  const clouds = [{ preferred_network: own, preferred_cache: own, aliases: [own] }, ...MICROSOFT_CLOUDS];
  const target = URL.canParse(authorizationEndpoint) ? new URL(authorizationEndpoint) : undefined;
  const cloud = clouds.find(({ aliases }) => target?.protocol === 'https:' && aliases.includes(target.host));
  if (target === undefined || cloud === undefined) {
    throw new AadstsError(50049);
  }
  const tenant = target.pathname.split('/')[1] ?? 'common';
  const body = {
    tenant_discovery_endpoint: `https://${target.host}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': query.get('api-version') ?? '1.1',
    metadata: clouds,
  };
  return jsonAnswer(200, body, METADATA_HEADERS);
}
