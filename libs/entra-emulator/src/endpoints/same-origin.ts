import type { IncomingHttpHeaders } from 'node:http';

/** Tells whether a browser says that a request comes from a page of another origin (Fetch standard; Fetch Metadata). */
export function isFromElsewhere(url: string, headers: IncomingHttpHeaders): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const isOwnOrigin = origin === undefined || ownOrigins(url).includes(origin);
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  return !(isOwnOrigin && isOwnSite);
}

/** The origins under which the emulator itself is reached. */
export function ownOrigins(url: string): string[] {
  const { port } = new URL(url);
  const suffix = port === '' ? '' : `:${port}`;
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => `https://${host}${suffix}`);
}
