import type { INestApplication, Type } from '@nestjs/common';
import { LOGIN } from '../identities.js';
import type { ServerSettings } from './settings.js';

/** An application to be measured. */
export interface BenchApp {
  readonly root: Type;
  /** What it needs before its routes are registered. */
  prepare?(app: INestApplication): void;
}

export type CreateBenchApp = (settings: ServerSettings) => BenchApp;

/** Where a request to Microsoft's login host goes instead. */
export function onLoopback(url: string, { platformUrl }: ServerSettings): string {
  if (!url.startsWith(LOGIN)) throw new Error(`The benchmark has no answer for ${url}`);
  return platformUrl + url.slice(LOGIN.length);
}
