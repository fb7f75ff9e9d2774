import type { TestKey } from './forge.js';

type Fetch = typeof globalThis.fetch;
type Answer = (url: string, init?: RequestInit) => Response | Promise<Response>;

/**
 * The identity platform as the API reaches it through `network.fetch`: the test's own keys are published there,
 * every address that is asked is kept, and nothing leaves the process.
 */
export class Platform {
  readonly asked: string[] = [];
  /** Answers for the keys in place of the published ones. */
  keysAnswer: Answer | undefined;
  /** Issuer in the metadata of v2.0, for tenants that are configured as a domain. */
  issuer: string | undefined;
  /** Published members of a key set. */
  published: unknown[];
  /** Members of the key set under `?appid=`, where the application has a signing key of its own. */
  ofApplication: unknown[] | undefined;

  constructor(...keys: readonly TestKey[]) {
    this.published = keys.map(({ jwk }) => jwk);
  }

  readonly fetch = (async (input: string, init?: RequestInit) => {
    const { origin, pathname, searchParams } = new URL(input);
    this.asked.push(`${origin}${pathname}`);
    if (pathname.endsWith('/discovery/v2.0/keys')) {
      const answer = this.keysAnswer
        ? await this.keysAnswer(input, init)
        : Response.json({ keys: (searchParams.has('appid') && this.ofApplication) || this.published });
      const elsewhere = answer.status >= 300 && answer.status < 400 && answer.headers.get('location');
      // As fetch does, unless it is told not to.
      return elsewhere && init?.redirect !== 'manual' ? this.fetch(elsewhere, init) : answer;
    }
    if (pathname.endsWith('/oauth2/v2.0/token')) {
      return Response.json({
        token_type: 'Bearer',
        expires_in: 3_599,
        scope: 'api://orders/Read',
        access_token: 'downstream',
      });
    }
    if (this.issuer !== undefined && pathname.endsWith('/v2.0/.well-known/openid-configuration')) {
      return Response.json({ issuer: this.issuer });
    }
    return new Response('', { status: 404 });
  }) as Fetch;

  /** How often the keys were asked for. */
  get keyRequests(): number {
    return this.asked.filter((url) => url.endsWith('/keys')).length;
  }

  /** How many tokens were asked for. */
  get tokenRequests(): number {
    return this.asked.filter((url) => url.endsWith('/token')).length;
  }
}
