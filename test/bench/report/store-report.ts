import { ASSUMPTIONS } from '../store/arrivals.js';
import type { Store } from '../suites/store.js';
import { figure } from './figures.js';
import { markdownTable } from './markdown-table.js';

/** Tokens found in Redis, side by side with msal-node. */
export function storeHitsReport({ hits }: Store): string {
  return markdownTable(
    [
      'what',
      '>users',
      '>store hit: median, ms',
      '>one of a hundred, ms',
      '>CPU of the process, µs',
      '>bytes in Redis for a user',
      '>commands of a hit',
      '>commands of a first request',
      '>exchanges of the hits',
    ],
    hits.map((row) => [
      row.name,
      figure(row.users),
      figure(row.medianMs),
      figure(row.p99Ms),
      figure(Math.round(row.cpu)),
      figure(Math.round(row.bytesPerUser)),
      figure(row.commandsPerHit),
      figure(row.commandsPerFirstRequest),
      figure(row.exchangesOfHits),
    ]),
  );
}

/** The day of a million users, by the number of processes. */
export function arrivalsReport({ hits, arrivals }: Store): string {
  const bytes = hits.find(({ name }) => name === 'nestjs-entra')?.bytesPerUser ?? NaN;
  return markdownTable(
    [
      '>processes',
      '>requests a second',
      '>served from memory',
      '>GETs a second',
      '>commands a second',
      '>exchanges a second',
      '>the same without a store',
      '>records',
      '>memory of Redis, GB',
    ],
    arrivals.map((row) => [
      figure(row.processes),
      figure(Math.round(row.requests)),
      `${(row.memoryHits * 100).toFixed(1)} %`,
      figure(Math.round(row.gets)),
      figure(Math.round(row.commands)),
      figure(Math.round(row.exchanges)),
      figure(Math.round(row.exchangesWithoutStore)),
      figure(Math.round(row.records)),
      figure((row.records * bytes) / 1e9),
    ]),
  );
}

/** What the day is like, in one sentence. */
export function arrivalsAssumptions(): string {
  const { users, daySeconds, visits, visitSeconds, pauseSeconds, lifetimeSeconds, busiestHour } = ASSUMPTIONS;
  const minutes = (seconds: number) => seconds / 60;
  return `${figure(users)} users, ${visits} visits each in ${daySeconds / 3600} hours, ${minutes(visitSeconds)} minutes long, a request every ${pauseSeconds} s; ${busiestHour * 100} % of the visits in the busiest hour, of which the rates are; access tokens live ${lifetimeSeconds.map(minutes).join(' to ')} minutes; one downstream API.`;
}
