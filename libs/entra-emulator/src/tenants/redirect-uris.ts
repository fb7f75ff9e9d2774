/** The kind of client a redirect URI is registered for (Microsoft: platform configurations). */
export type ClientPlatform = 'spa' | 'web' | 'publicClient';

/** Redirect URIs by platform; none by default. */
export interface RedirectUrisInit {
  /** Single-page applications: codes are redeemed across origins, with PKCE. */
  readonly spa?: readonly string[];
  /** Web applications: codes are redeemed with the client's credential. */
  readonly web?: readonly string[];
  /** Mobile and desktop applications: codes are redeemed without a credential. */
  readonly publicClient?: readonly string[];
}

/** Redirect URIs of an application. The lists may be changed at any time. */
export type RedirectUris = Readonly<Record<ClientPlatform, string[]>>;

/** Longest redirect URI that can be registered (Microsoft: redirect URI restrictions). */
const MAX_LENGTH = 256;

/** Hosts whose port is not compared (RFC 8252 §7.3; Microsoft: redirect URI, localhost exceptions). */
const PORTLESS_HOSTS: readonly string[] = ['localhost', '127.0.0.1'];

/** Reads the lists of a registration; throws for an address that Entra does not register. */
export function createRedirectUris({
  spa = [],
  web = [],
  publicClient = [],
}: RedirectUrisInit): RedirectUris {
  for (const uri of [...spa, ...web]) {
    requireWebAddress(uri);
  }
  for (const uri of publicClient) {
    requireAbsolute(uri);
  }
  return { spa: [...spa], web: [...web], publicClient: [...publicClient] };
}

/** The platform that `uri` is registered for, compared letter by letter but for the port of the loopback host. */
export function platformOfRedirectUri(registered: RedirectUris, uri: string): ClientPlatform | undefined {
  const platforms = ['spa', 'web', 'publicClient'] as const;
  const wanted = comparable(uri);
  if (!URL.canParse(uri)) {
    return undefined;
  }
  return (
    platforms.find((platform) => registered[platform].includes(uri)) ??
    platforms.find((platform) => registered[platform].some((known) => comparable(known) === wanted))
  );
}

/** The address that is used when a request names none: the first that was registered. */
export function defaultRedirectUri({ web, spa, publicClient }: RedirectUris): string | undefined {
  return [...web, ...spa, ...publicClient][0];
}

function comparable(uri: string): string {
  const parts = /^(https?:\/\/)(localhost|127\.0\.0\.1)(?::\d+)?(\/.*|\?.*)?$/s.exec(uri);
  return parts === null ? uri : `${parts[1]}${parts[2]}${parts[3] ?? ''}`;
}

function requireWebAddress(uri: string): void {
  const { protocol, hostname } = requireAbsolute(uri);
  if (protocol !== 'https:' && !(protocol === 'http:' && PORTLESS_HOSTS.includes(hostname))) {
    throw new TypeError(`The redirect URI ${uri} must begin with https://, or with http://localhost.`);
  }
}

function requireAbsolute(uri: string): URL {
  if (!URL.canParse(uri) || /[#*\s]/.test(uri) || uri.length > MAX_LENGTH) {
    throw new TypeError(
      `The redirect URI ${JSON.stringify(uri)} must be an absolute address of at most ${MAX_LENGTH} characters, ` +
        'without fragment, wildcard or space.',
    );
  }
  return new URL(uri);
}
