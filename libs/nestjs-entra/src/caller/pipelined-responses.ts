import type { AsyncLocalStorage } from 'node:async_hooks';

/** As much of Node's response as is needed, or of Fastify's reply. */
interface QueuedResponse {
  readonly raw?: QueuedResponse;
  /** `null` until the responses before it on its connection have been sent. */
  readonly socket?: unknown;
  /** The stream of an HTTP/2 response. */
  readonly stream?: unknown;
  readonly req?: { readonly socket?: { readonly _httpMessage?: QueuedResponse | null } | null };
  emit?: (this: QueuedResponse, event: string, ...given: unknown[]) => boolean;
}

/**
 * Keeps the `drain` event of each response in the scope of its own request when a client sends requests without
 * waiting for responses (RFC 9112 section 9.3.2). Node emits the event of the response that is being sent while a later
 * response of the same connection is written, in the context of the later request: a body that is made as the client
 * reads it would go on as somebody else.
 */
export class PipelinedResponses<Scope> {
  readonly #scopes: AsyncLocalStorage<Scope | undefined>;
  // Symbols of this object: two modules of one application have scopes of their own.
  readonly #scope = Symbol('nestjs-entra:scope');
  readonly #isBound = Symbol('nestjs-entra:bound');

  constructor(scopes: AsyncLocalStorage<Scope | undefined>) {
    this.#scopes = scopes;
  }

  /**
   * Notes the scope of a response, which is to be called before the response is written.
   *
   * @param response Node's response or Fastify's reply
   */
  add(response: object, scope: Scope): void {
    const { raw = response as QueuedResponse }: QueuedResponse = response;
    (raw as Marked)[this.#scope] = scope;
    if (raw.stream !== undefined || raw.socket !== null) return;
    this.bind(raw);
    // The one that is being sent did not wait for any other, so nothing told that it would be followed.
    const first = raw.req?.socket?._httpMessage;
    if (first) this.bind(first);
  }

  /** Without a scope, as before Fastify's hook, the event has none: it acts for nobody. */
  private bind(response: QueuedResponse): void {
    const marked = response as Marked;
    const { emit } = response;
    if (marked[this.#isBound] === true || !emit) return;
    marked[this.#isBound] = true;
    const scopes = this.#scopes;
    const scopeOf = () => marked[this.#scope] as Scope | undefined;
    response.emit = function (event, ...given) {
      return event === 'drain'
        ? scopes.run(scopeOf(), () => emit.call(this, event, ...given))
        : emit.call(this, event, ...given);
    };
  }
}

type Marked = Record<symbol, unknown>;
