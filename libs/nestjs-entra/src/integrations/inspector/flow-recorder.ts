import { Injectable } from '@nestjs/common';
import type { TokenFlowObserver, TokenFlowStep } from '../../caller/token-flow.js';
import { nodeResponse } from './node-response.js';
import type { RecordedRequest } from './recorded-request.js';
import { RequestRecord } from './request-record.js';

/** So many requests are kept; the oldest makes room. */
export const MAX_REQUESTS = 200;

interface IncomingRequest {
  readonly method?: string;
  readonly url?: string;
  /** As it came in, where the framework changes `url` on the way. */
  readonly originalUrl?: string;
}

/** Records what happens to the last requests of one application. */
@Injectable()
export class FlowRecorder implements TokenFlowObserver {
  readonly #byRequest = new WeakMap<object, RequestRecord>();
  readonly #kept = new Map<number, RequestRecord>();
  #lastId = 0;
  #onChange: ((record: RecordedRequest) => void) | undefined;

  opened(request: IncomingRequest, response: object | undefined): void {
    // A second module of the application opens the same request.
    if (this.#byRequest.has(request)) return;
    const { method = '', url = '', originalUrl = url } = request;
    this.#lastId += 1;
    const record = new RequestRecord(this.#lastId, { method, url: originalUrl });
    this.#byRequest.set(request, record);
    const node = response && nodeResponse(response);
    node?.once('close', () => {
      if (!this.#byRequest.has(request)) return;
      record.end(node.statusCode, node.writableFinished);
      this.keep(record);
    });
  }

  step(request: object, step: TokenFlowStep): void {
    const record = this.#byRequest.get(request);
    // Nothing is known of a public route before it is answered, and it may be one that is ignored.
    if (record?.add(step) && step.kind !== 'public_route') this.keep(record);
  }

  /** Keeps nothing of a request: the inspector's own are not of interest. */
  ignore(request: object): void {
    const record = this.#byRequest.get(request);
    this.#byRequest.delete(request);
    if (record) this.#kept.delete(record.id);
  }

  /** The last requests, newest first. */
  get requests(): readonly RecordedRequest[] {
    return [...this.#kept.values()].toSorted((one, other) => other.id - one.id);
  }

  /** Has `onChange` told of every request that something happened to. */
  observe(onChange: (record: RecordedRequest) => void): void {
    this.#onChange = onChange;
  }

  private keep(record: RequestRecord): void {
    // One that had to make room stays away, however late its answer.
    if (!this.#kept.has(record.id) && record.id <= this.#lastId - MAX_REQUESTS) return;
    this.#kept.set(record.id, record);
    if (this.#kept.size > MAX_REQUESTS) this.#kept.delete(Math.min(...this.#kept.keys()));
    if (this.#kept.has(record.id)) this.#onChange?.(record);
  }
}
