import type { ServerResponse } from 'node:http';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { FlowRecorder } from './flow-recorder.js';
import { requestItem } from './inspector-page.js';
import type { RecordedRequest } from './recorded-request.js';
import { responseHeaders } from './response-headers.js';

/** Pages that are open at once; further ones are told to wait. */
const MAX_STREAMS = 8;
/** What a page has not read; beyond that it is cut off, comes again, and gets everything anew. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** Steps that follow each other closely make one event. */
const GATHER_MS = 50;
/** A comment keeps the connection open. */
const HEARTBEAT_MS = 15_000;

/** The pages that watch (HTML Living Standard, "Server-sent events"). */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  readonly #streams = new Set<ServerResponse>();
  readonly #changed = new Map<number, RecordedRequest>();
  #gathering: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(private readonly recorder: FlowRecorder) {
    recorder.observe((record) => this.changed(record));
  }

  /** Sends what is known, and from then on what changes. */
  open(response: ServerResponse): void {
    if (this.#isClosed || this.#streams.size >= MAX_STREAMS) {
      responseHeaders(response, 'text/plain; charset=utf-8');
      response.statusCode = 503;
      response.end('Too many pages of the inspector are open; close one.');
      return;
    }
    responseHeaders(response, 'text/event-stream; charset=utf-8');
    this.#streams.add(response);
    response.once('close', () => this.closed(response));
    this.#heartbeat ??= setInterval(() => this.send(': still here\n\n'), HEARTBEAT_MS).unref();
    response.write(`retry: 1000\n${event('snapshot', this.recorder.requests.map(requestItem))}`);
  }

  onModuleDestroy(): void {
    this.#isClosed = true;
    clearTimeout(this.#gathering);
    clearInterval(this.#heartbeat);
    for (const response of this.#streams) response.end();
  }

  private changed(record: RecordedRequest): void {
    if (this.#streams.size === 0) return;
    this.#changed.set(record.id, record);
    this.#gathering ??= setTimeout(() => this.sendChanged(), GATHER_MS).unref();
  }

  private sendChanged(): void {
    this.#gathering = undefined;
    const records = [...this.#changed.values()].toSorted((one, other) => one.id - other.id);
    this.#changed.clear();
    this.send(event('requests', records.map(requestItem)));
  }

  private send(text: string): void {
    for (const response of this.#streams) {
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
      else response.write(text);
    }
  }

  private closed(response: ServerResponse): void {
    this.#streams.delete(response);
    if (this.#streams.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }
}

/** JSON has no line ends of its own, so it is one line of data. */
function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
