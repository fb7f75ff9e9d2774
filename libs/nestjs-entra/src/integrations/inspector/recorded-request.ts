import type { ShownClaim } from './shown-claims.js';

/** Where on its way something happened. */
export type Station = 'browser' | 'api' | 'cache' | 'identity-platform' | 'downstream';

/** One line of a sequence. */
export interface RecordedStep {
  readonly station: Station;
  readonly text: string;
  readonly tone: 'neutral' | 'good' | 'bad';
  /** Milliseconds since the request came in. */
  readonly atMs: number;
}

/** Why a request was refused. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
  /** The status that the error asks for. */
  readonly status: number;
}

/** Who called, by the claims of a validated token. */
export interface RecordedCaller {
  readonly name: string;
  readonly claims: readonly ShownClaim[];
}

/** One request, as the page shows it. */
export interface RecordedRequest {
  readonly id: number;
  readonly method: string;
  /** Without the query, which may hold what is not to be shown. */
  readonly path: string;
  readonly startedAt: Date;
  readonly steps: readonly RecordedStep[];
  readonly caller: RecordedCaller | undefined;
  /** What made the answer what it is; absent when nothing of this library did. */
  readonly refusal: Refusal | undefined;
  /** `undefined` until it is answered. */
  readonly answer:
    { readonly status: number; readonly tookMs: number; readonly isComplete: boolean } | undefined;
}
