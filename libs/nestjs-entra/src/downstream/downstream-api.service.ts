import { Inject, Injectable } from '@nestjs/common';
import { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import { CallerContext } from '../caller/caller-context.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { DownstreamApi } from './downstream-api.js';
import type { DownstreamCallOptions, RawDownstreamCallOptions } from './downstream-call.options.js';
import { DownstreamTokens } from './downstream-tokens.js';
import { observedDownstreamApi } from './observed-downstream-api.js';

/**
 * Calls the downstream APIs of `downstreamApis`, each by its name. A singleton: it knows the current request by
 * itself.
 *
 * @example
 * const profile = await this.downstream.get<Profile>('graph', '/me');
 */
@Injectable()
export class DownstreamApiService {
  readonly #apis: ReadonlyMap<string, DownstreamApi>;

  constructor(
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    tokens: TokenAcquisitionService,
    { flow }: CallerContext,
  ) {
    const { graphResource } = options.authority;
    this.#apis = new Map(
      [...options.downstreamApis].map(([name, plain]) => {
        const api = flow ? observedDownstreamApi(plain, flow) : plain;
        return [
          name,
          named(name, () => new DownstreamApi(api, new DownstreamTokens(api, tokens, graphResource))),
        ];
      }),
    );
  }

  /** One API, to be called without its name. @throws ConfigurationError when there is none of that name */
  api(name: string): DownstreamApi {
    const api = this.#apis.get(name);
    if (api) return api;
    const known = [...this.#apis.keys()].join(', ') || 'none';
    throw new ConfigurationError(
      `There is no downstream API named ${JSON.stringify(name)}; downstreamApis has ${known}.`,
    );
  }

  /** See {@link DownstreamApi.get}. @param name of the API in `downstreamApis` */
  async get<T = unknown>(name: string, path?: string, options?: DownstreamCallOptions): Promise<T> {
    return this.api(name).get<T>(path, options);
  }

  /** See {@link DownstreamApi.post}. @param name of the API in `downstreamApis` */
  async post<T = unknown>(
    name: string,
    path?: string,
    body?: unknown,
    options?: DownstreamCallOptions,
  ): Promise<T> {
    return this.api(name).post<T>(path, body, options);
  }

  /** See {@link DownstreamApi.put}. @param name of the API in `downstreamApis` */
  async put<T = unknown>(
    name: string,
    path?: string,
    body?: unknown,
    options?: DownstreamCallOptions,
  ): Promise<T> {
    return this.api(name).put<T>(path, body, options);
  }

  /** See {@link DownstreamApi.patch}. @param name of the API in `downstreamApis` */
  async patch<T = unknown>(
    name: string,
    path?: string,
    body?: unknown,
    options?: DownstreamCallOptions,
  ): Promise<T> {
    return this.api(name).patch<T>(path, body, options);
  }

  /** See {@link DownstreamApi.delete}. @param name of the API in `downstreamApis` */
  async delete<T = unknown>(name: string, path?: string, options?: DownstreamCallOptions): Promise<T> {
    return this.api(name).delete<T>(path, options);
  }

  /** See {@link DownstreamApi.call}. @param name of the API in `downstreamApis` */
  async call(name: string, path?: string, options?: RawDownstreamCallOptions): Promise<Response> {
    return this.api(name).call(path, options);
  }
}

/** Names the API in what is wrong with it. */
function named<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(error.faults.map((fault) => `downstreamApis.${name}: ${fault}`));
  }
}
