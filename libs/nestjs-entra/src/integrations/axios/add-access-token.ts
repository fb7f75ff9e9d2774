import { ownCallOptions } from '../../own-properties.js';
import type {
  AxiosFailure,
  AxiosInstanceLike,
  AxiosRequest,
  AxiosTransform,
  UsedAxiosInstance,
} from './axios-instance.js';

/** What it needs of a `DownstreamApi`. */
export interface AuthenticatedApi {
  readonly baseUrl: string;
  owns(url: string): boolean;
  getAccessToken(options: AccessTokenOptions): Promise<string>;
  replaceAccessToken(
    refused: string,
    wwwAuthenticate: string | undefined,
    options: AccessTokenOptions,
    body: unknown,
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
 * Where other interceptors and transforms change the address afterwards, the token is taken off again.
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
  options?: AccessTokenOptions,
): () => void {
  const instance = axios as unknown as InstanceWithApis;
  const apis = (instance[APIS] ??= new RegisteredApis(instance));
  return apis.add({ api, options: ownCallOptions(options) });
}

/** What {@link addAccessToken} was called with. */
interface RegisteredApi {
  readonly api: AuthenticatedApi;
  readonly options: AccessTokenOptions;
}

const APIS = Symbol('nestjs-entra:apis');

type InstanceWithApis = UsedAxiosInstance & { [APIS]?: RegisteredApis };

/** The APIs that one instance calls: all behind one interceptor, for only together they tell whose a request is. */
class RegisteredApis {
  readonly #apis: RegisteredApi[] = [];
  readonly #instance: InstanceWithApis;
  readonly #eject: () => void;
  /** The transforms of requests that have been sent: a request that is sent again gets a new one. */
  readonly #seals = new WeakSet<AxiosTransform>();

  constructor(instance: InstanceWithApis) {
    this.#instance = instance;
    const { request, response } = instance.interceptors;
    const onRequest = request.use((config) => this.authorize(config));
    const onError = response.use(undefined, (error) => this.recover(error));
    this.#eject = () => {
      request.eject(onRequest);
      response.eject(onError);
    };
  }

  add(registered: RegisteredApi): () => void {
    this.#apis.push(registered);
    return () => {
      const at = this.#apis.indexOf(registered);
      if (at >= 0) this.#apis.splice(at, 1);
      if (this.#apis.length > 0 || this.#instance[APIS] !== this) return;
      this.#eject();
      delete this.#instance[APIS];
    };
  }

  private async authorize(config: AxiosRequest): Promise<AxiosRequest> {
    const owner = this.ownerOf(config);
    if (!owner) return config;
    const token = await owner.api.getAccessToken(owner.options);
    // Whatever is there already: a config that is sent again may come with the token of another caller.
    config.headers.set('Authorization', `Bearer ${token}`);
    // Last of the transforms: nothing of the application runs between it and the adapter.
    const others = [config.transformRequest ?? []].flat().filter((one) => !this.#seals.has(one));
    config.transformRequest = [...others, this.seal(owner, token)];
    return config;
  }

  /** A transform that checks where a request with a token really goes, and keeps it there. */
  private seal(owner: RegisteredApi, token: string): AxiosTransform {
    const check = (config: AxiosRequest) => {
      const isElsewhere = this.ownerOf(config) !== owner;
      if (isElsewhere && String(config.headers.get('Authorization')).includes(token)) {
        config.headers.delete('Authorization');
      }
      // axios keeps the header on its way to a subdomain, and a token is for one place.
      config.maxRedirects = 0;
      // The fetch adapter of axios 1.7 to 1.19 ignores `maxRedirects`.
      config.fetchOptions = { ...config.fetchOptions, redirect: 'manual' };
    };
    const sealing: AxiosTransform = function (data) {
      check(this);
      return data;
    };
    this.#seals.add(sealing);
    return sealing;
  }

  private async recover(error: unknown): Promise<unknown> {
    const { config, response } = error as AxiosFailure;
    const owner = config && this.ownerOf(config);
    if (!owner) throw error;
    const refused = takeToken(config, error, response);
    const isRepeated = config.isRepeatedForClaims === true;
    // Whoever sends this config again makes a request of its own.
    delete config.isRepeatedForClaims;
    if (refused === undefined || response?.status !== 401 || isRepeated || isStream(config.data)) throw error;
    const challenge = response.headers['www-authenticate'];
    const header = typeof challenge === 'string' ? challenge : undefined;
    const replacement = await owner.api.replaceAccessToken(refused, header, owner.options, response.data);
    if (replacement === undefined) throw error;
    return this.#instance.request({ ...config, isRepeatedForClaims: true });
  }

  /** The API with the longest base address; of two with the same, the one that was added last. */
  private ownerOf(config: AxiosRequest): RegisteredApi | undefined {
    const url = this.#instance.getUri(config);
    // axios 1.8.0 sends it to an absolute URL even where `getUri()`, told by `allowAbsoluteUrls`, appends that URL.
    const absolute = config.url !== undefined && URL.canParse(config.url) ? config.url : undefined;
    const length = ({ api }: RegisteredApi) => api.baseUrl.length;
    return this.#apis
      .filter(({ api }) => api.owns(url) && (absolute === undefined || api.owns(absolute)))
      .reduce<RegisteredApi | undefined>(
        (owner, other) => (owner && length(owner) > length(other) ? owner : other),
        undefined,
      );
  }
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
