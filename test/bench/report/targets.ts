import { EXCHANGE_MS } from '../suites/first-requests.js';
import { figure } from './figures.js';
import { cachedTokensRow, userCounts, validationRow, type Results } from './results.js';

/** What the library set out to reach, and what was measured. */
export interface Target {
  readonly what: string;
  readonly unit: string;
  readonly atMost: number;
  readonly measured: number;
  readonly isMet: boolean;
}

type Measure = readonly [what: string, unit: string, atMost: number, measured: number | undefined];

/** The targets whose figures were measured in this run. */
export function targets(results: Results): Target[] {
  return [...validationMeasures(results), ...acquisitionMeasures(results)].flatMap(
    ([what, unit, atMost, measured]) =>
      measured === undefined ? [] : [{ what, unit, atMost, measured, isMet: measured <= atMost }],
  );
}

/** @param isJudged whether the run measured enough to say so */
export function targetRow({ what, unit, atMost, measured, isMet }: Target, isJudged: boolean): string[] {
  return [isJudged ? (isMet ? 'pass' : 'MISS') : '–', figure(measured), figure(atMost), unit, what];
}

export const TARGET_HEADINGS = ['', '>measured', '>at most', 'unit', 'what'];

function validationMeasures({ validation }: Results): Measure[] {
  if (!validation) return [];
  const added = (app: 'nestjs-entra' | 'passport-jwt', token: 'known' | 'first seen') =>
    validationRow(validation, 'fastify', app, token)?.added.median;
  return [
    ['Fastify, a known token: CPU added to a bare request', 'µs', 8, added('nestjs-entra', 'known')],
    [
      'Fastify, a first-seen token: CPU added, against passport-jwt + jwks-rsa',
      '×',
      0.5,
      divided(added('nestjs-entra', 'first seen'), added('passport-jwt', 'first seen')),
    ],
  ];
}

function acquisitionMeasures({ acquisition }: Results): Measure[] {
  if (!acquisition) return [];
  const most = Math.max(...userCounts(acquisition, 'express'));
  const added = (column: 'floor' | 'onDemand' | 'downstreamScopes', users: number) =>
    cachedTokensRow(acquisition, 'fastify', column, users)?.added.median;
  const ours = 'nestjs-entra';
  const heap = acquisition.heapBytesPerUser[ours];
  return [
    [
      'Fastify, cached token asked for on demand: CPU added to a bare request',
      'µs',
      10,
      added('onDemand', 1),
    ],
    [
      "Fastify, the same with @DownstreamScopes: CPU above Nest's floor",
      'µs',
      8,
      minus(added('downstreamScopes', 1), added('floor', 1)),
    ],
    [
      `Fastify, on demand, ${figure(most)} users cached: CPU added, against 1 user`,
      '×',
      1.2,
      divided(added('onDemand', most), added('onDemand', 1)),
    ],
    ['Exchanges for concurrent first requests of one user', '', 1, acquisition.concurrentExchanges[ours]],
    ['Heap for an active user with one downstream token', 'kB', 4, heap === undefined ? heap : heap / 1000],
    [
      `First request with 4 resources, exchanges taking ${EXCHANGE_MS} ms: median`,
      'ms',
      110,
      acquisition.fourResourcesMs[ours],
    ],
    ['Event loop blocked by one first request: the median', 'ms', 1, acquisition.loopBlocksMs[ours]?.median],
    ['Event loop blocked by one first request: the longest', 'ms', 1, acquisition.loopBlocksMs[ours]?.max],
  ];
}

function divided(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by;
}

function minus(value: number | undefined, less: number | undefined): number | undefined {
  return value === undefined || less === undefined ? undefined : value - less;
}
