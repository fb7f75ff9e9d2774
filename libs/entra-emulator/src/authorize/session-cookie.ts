/** The name is of the port: cookies of two emulators on one machine would replace each other otherwise. */
function cookieName(url: string): string {
  return `__Host-EntraEmulator-${new URL(url).port || '443'}`;
}

/** The session id in a `Cookie` header (RFC 6265 §5.4). */
export function readSessionCookie(url: string, header: string | undefined): string | undefined {
  const name = cookieName(url);
  const pair = (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

/**
 * The `Set-Cookie` header of a session. `SameSite=None`, as Entra's: silent renewal in a hidden frame of another site
 * has to find it.
 */
export function sessionCookie(url: string, id: string): string {
  return `${cookieName(url)}=${id}; Path=/; Secure; HttpOnly; SameSite=None`;
}
