import { ownCallOptions } from '../../own-properties.js';

/** What it needs of a `DownstreamApi`. */
export interface GraphApi {
  readonly baseUrl: string;
  getAccessToken(options: GraphAuthenticationOptions): Promise<string>;
  replaceAccessToken(
    refused: string,
    wwwAuthenticate: string,
    options: GraphAuthenticationOptions,
  ): Promise<string | undefined>;
}

/** With whose token Microsoft Graph is called. */
export interface GraphAuthenticationOptions {
  /** `'user'`: on behalf of the caller. `'app'`: as the application itself. Default: by the API's `requestAppToken`. */
  as?: 'user' | 'app';
}

/** What Kiota hands over of a request. */
export interface KiotaRequest {
  readonly URL: string;
  readonly headers: {
    get(name: string): Iterable<string> | undefined;
    add(name: string, value: string): unknown;
    delete(name: string): unknown;
  };
}

/**
 * Authenticates the clients of Microsoft Graph: `Client` of `@microsoft/microsoft-graph-client`, and the request
 * adapters of Kiota, on which `@microsoft/msgraph-sdk` is built. One serves all requests: each gets the token of its
 * own caller.
 *
 * @example
 * constructor(@InjectDownstreamApi('graph') graph: DownstreamApi) {
 *   this.client = Client.initWithMiddleware({ authProvider: new GraphAuthenticationProvider(graph) });
 * }
 */
export class GraphAuthenticationProvider {
  readonly #api: GraphApi;
  readonly #options: GraphAuthenticationOptions;

  /** @param api Microsoft Graph as one of `downstreamApis` */
  constructor(api: GraphApi, options?: GraphAuthenticationOptions) {
    this.#api = api;
    this.#options = ownCallOptions(options);
  }

  /**
   * A token for `@microsoft/microsoft-graph-client`, which sends it to the hosts of Microsoft Graph and to its
   * `customHosts` alone.
   */
  getAccessToken(): Promise<string> {
    return this.#api.getAccessToken(this.#options);
  }

  /**
   * Puts a token on a request of Kiota, when it goes to the origin of the API's `baseUrl`; another request stays as
   * it is. Kiota asks again, with `claims`, after a claims challenge.
   */
  async authenticateRequest(request: KiotaRequest, context?: Record<string, unknown>): Promise<void> {
    if (!this.isOwn(request.URL)) return;
    const { headers } = request;
    const [known = ''] = headers.get('Authorization') ?? [];
    const refused = known.replace(/^Bearer /, '');
    const { claims } = ownCallOptions(context);
    const token =
      typeof claims === 'string' && refused !== ''
        ? await this.#api.replaceAccessToken(refused, asChallenge(claims), this.#options)
        : await this.getAccessToken();
    headers.delete('Authorization');
    if (token !== undefined) headers.add('Authorization', `Bearer ${token}`);
  }

  private isOwn(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const { origin, username, password } = new URL(url);
    return origin === new URL(this.#api.baseUrl).origin && username === '' && password === '';
  }
}

/** Kiota read the challenge and hands over its claims, in base64 still. */
function asChallenge(claims: string): string {
  return `Bearer error="insufficient_claims", claims="${claims.replaceAll('"', '')}"`;
}
