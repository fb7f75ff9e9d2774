/**
 * An instance of axios, as far as it is needed. Its own types come in two kinds, for `import` and for `require`, and
 * no parameter of theirs takes both.
 */
export interface AxiosInstanceLike {
  readonly interceptors: {
    readonly request: { use(...interceptors: never[]): number; eject(id: number): void };
    readonly response: { use(...interceptors: never[]): number; eject(id: number): void };
  };
  getUri(request?: never): string;
  request(request: never): Promise<unknown>;
}

/** A request of axios, as far as it is needed. */
export interface AxiosRequest {
  readonly headers: {
    get(name: string): unknown;
    set(name: string, value: string): unknown;
    delete(name: string): unknown;
  };
  readonly url?: string;
  maxRedirects?: number;
  /** Options that the fetch adapter passes to `fetch`. */
  fetchOptions?: Readonly<Record<string, unknown>>;
  transformRequest?: AxiosTransform | readonly AxiosTransform[];
  readonly data?: unknown;
  /** The request was repeated already; axios hands names that it does not know on. */
  isRepeatedForClaims?: boolean;
}

/** Changes the body of a request before it is sent; axios calls it with the request as `this`. */
export type AxiosTransform = (this: AxiosRequest, data: unknown) => unknown;

/** An error of axios, as far as it is needed. */
export interface AxiosFailure {
  readonly config?: AxiosRequest;
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, unknown>>;
    /** Parsed, as text, as bytes or as a stream, by `responseType`. */
    readonly data?: unknown;
  };
}

/** {@link AxiosInstanceLike} as it is used. */
export interface UsedAxiosInstance {
  readonly interceptors: {
    readonly request: {
      use(onFulfilled: (request: AxiosRequest) => Promise<AxiosRequest>): number;
      eject(id: number): void;
    };
    readonly response: {
      use(onFulfilled: undefined, onRejected: (error: unknown) => Promise<unknown>): number;
      eject(id: number): void;
    };
  };
  getUri(request: AxiosRequest): string;
  request(request: AxiosRequest): Promise<unknown>;
}
