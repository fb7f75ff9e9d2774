import type { AxiosFailure, AxiosInstanceLike, AxiosRequest, UsedAxiosInstance } from './axios-instance.js';

/** What it needs of a `DownstreamApi`. */
export interface AuthenticatedApi {
  readonly baseUrl: string;
  owns(url: string): boolean;
  getAccessToken(options: AccessTokenOptions): Promise<string>;
  replaceAccessToken(
    refused: string,
    wwwAuthenticate: string | undefined,
    options: AccessTokenOptions,
  ): Promise<string | undefined>;
}

/** With whose token an API is called. */
export interface AccessTokenOptions {
  /** `'user'`: on behalf of the caller. `'app'`: as the application itself. Default: by the API's `requestAppToken`. */
  as?: 'user' | 'app';
}

/**
 * Puts the token of a downstream API on the requests of an axios instance that go below its `baseUrl`, and on no
 * other; those requests follow no redirect. After a claims challenge a request is repeated once with a better token.
 * Of several APIs on one instance, the one with the longest `baseUrl` gives the token.
 * Call it before other interceptors are added: axios runs the first one last, so that no other changes the address.
 *
 * @param axios `axiosRef` of the `HttpService` of `@nestjs/axios`, or any other
 * @returns takes it off again
 *
 * @example
 * constructor(http: HttpService, @InjectDownstreamApi('orders') orders: DownstreamApi) {
 *   addAccessToken(http.axiosRef, orders);
 * }
 */
export function addAccessToken(
  axios: AxiosInstanceLike,
  api: AuthenticatedApi,
  options: AccessTokenOptions = {},
): () => void {
  const instance = axios as unknown as UsedAxiosInstance;
  const onRequest = async (config: AxiosRequest): Promise<AxiosRequest> => {
    const { tokenOf = '' } = config;
    if (api.baseUrl.length <= tokenOf.length || !api.owns(instance.getUri(config))) return config;
    config.tokenOf = api.baseUrl;
    config.headers.set('Authorization', `Bearer ${await api.getAccessToken(options)}`);
    // axios keeps the header on its way to a subdomain, and a token is for one place.
    config.maxRedirects = 0;
    return config;
  };
  const onError = async (error: unknown): Promise<unknown> => {
    const { config, response } = error as AxiosFailure;
    const refused = config?.tokenOf === api.baseUrl ? takeToken(config, error, response) : undefined;
    if (!config || refused === undefined) throw error;
    if (response?.status !== 401 || config.isRepeatedForClaims || isStream(config.data)) throw error;
    const challenge = response.headers['www-authenticate'];
    const header = typeof challenge === 'string' ? challenge : undefined;
    if ((await api.replaceAccessToken(refused, header, options)) === undefined) throw error;
    return instance.request({ ...config, tokenOf: undefined, isRepeatedForClaims: true });
  };
  const { request, response } = instance.interceptors;
  const ids = [request.use(onRequest), response.use(undefined, onError)] as const;
  return () => {
    request.eject(ids[0]);
    response.eject(ids[1]);
  };
}

/** The token of a request that failed. An error of axios holds the whole request; whoever logs it must not log that. */
function takeToken({ headers }: AxiosRequest, ...holders: readonly unknown[]): string | undefined {
  const header = headers.get('Authorization');
  headers.delete('Authorization');
  for (const holder of holders) {
    if (holder) Object.defineProperty(holder, 'request', { value: undefined });
  }
  return typeof header === 'string' ? header.replace(/^Bearer /, '') : undefined;
}

function isStream(data: unknown): boolean {
  return typeof data === 'object' && data !== null && (Symbol.asyncIterator in data || 'pipe' in data);
}
