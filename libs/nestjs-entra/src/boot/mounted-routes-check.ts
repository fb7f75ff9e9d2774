import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, Logger, Optional, RequestMethod } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { MODULE_REGISTRATION, RESOLVED_OPTIONS } from '../auth.constants.js';
import type { ConfigurationError } from '../errors/configuration.error.js';
import type { ModuleRegistration } from '../options/module-registration.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { bootError } from './boot-error.js';

/** What Nest calls to start a transport strategy: its own, and those of `connectMicroservice({ strategy })`. */
interface TransportStrategy {
  listen(callback: (error?: unknown, ...rest: unknown[]) => void): unknown;
}

/** Nest 11.1 and later publish the strategies of an application. */
interface StrategySource {
  getRpcTargetRegistry?(): { subscribe(next: (strategy: TransportStrategy) => void): unknown };
}

/** A strategy while it starts, and the routes that it has tried to mount. */
interface StartingStrategy {
  readonly name: string;
  readonly routes: string[];
  /** Whether it has reported the end of its start. */
  isReady: boolean;
}

type Register = (this: unknown, ...args: unknown[]) => unknown;

const METHODS = Object.keys(RequestMethod).map((name) => name.toLowerCase());
/** How the caller of `listen()` appears in a stack trace. */
const CALLED_BY_MICROSERVICE = /\bNestMicroservice\.listen\b|\bnest-microservice\.js\b/;

/**
 * Finds transports that mount routes on the HTTP adapter while they start, as transports of the Model Context Protocol
 * do: Nest's router does not know these routes, so no guard runs for them. Routes that anything else mounts on the
 * adapter (Swagger UI, static files) are left as they are.
 *
 * With `unguardedEntryPoints: 'error'` such a route is not mounted and the start of the microservice fails; with
 * `'warn'` it is mounted and named in a warning.
 */
@Injectable()
export class MountedRoutesCheck {
  readonly #logger = new Logger('EntraAuth');
  readonly #starting = new AsyncLocalStorage<StartingStrategy>();
  readonly #stops: boolean;
  readonly #arePublished: boolean;
  #startingCount = 0;

  constructor(
    { httpAdapter }: HttpAdapterHost,
    modules: ModulesContainer,
    @Inject(RESOLVED_OPTIONS) { unguardedEntryPoints }: ResolvedOptions,
    @Optional() @Inject(MODULE_REGISTRATION) registration?: ModuleRegistration,
  ) {
    this.#stops = unguardedEntryPoints === 'error';
    const source: StrategySource = modules;
    this.#arePublished = source.getRpcTargetRegistry !== undefined;
    // Undefined in an application that serves no HTTP, whatever the type says.
    if (!registration?.globalGuard || !(httpAdapter as unknown)) return;
    this.#watchAdapter(httpAdapter);
    source.getRpcTargetRegistry?.().subscribe((strategy) => this.#watchStart(strategy));
  }

  #watchAdapter(adapter: object): void {
    for (const method of ['use', ...METHODS]) {
      const register: unknown = Reflect.get(adapter, method);
      if (typeof register !== 'function') continue;
      const isMounted = (path: unknown): boolean => this.#isMounted(method, path);
      const watched: Register = function (...args) {
        return isMounted(args[0]) ? Reflect.apply(register, this, args) : undefined;
      };
      Object.defineProperty(adapter, method, { value: watched, configurable: true, writable: true });
    }
  }

  /** Whether a route is registered as it was asked for. @throws ConfigurationError when a microservice must not start */
  #isMounted(method: string, path: unknown): boolean {
    // Middleware for every path is not a route.
    if (method === 'use' && typeof path !== 'string') return true;
    const route = `${method === 'use' ? 'use()' : method.toUpperCase()} ${pathText(path)}`;
    const strategy = this.#starting.getStore();
    if (strategy) {
      if (!strategy.isReady) strategy.routes.push(route);
      else if (this.#stops)
        this.#logger.error(`${sentence(strategy.name, [route])} The route is not mounted.`);
      else this.#logger.warn(sentence(strategy.name, [route]));
      return !this.#stops;
    }
    // Before Nest 11.1 nothing tells which strategies there are.
    if (!this.#arePublished && CALLED_BY_MICROSERVICE.test(new Error().stack ?? '')) {
      const problem = this.#problemOf('A transport strategy', [route]);
      if (problem) throw problem;
    }
    return true;
  }

  /** Lets the strategy itself report, as an error of its start, the routes that it tried to mount. */
  #watchStart(strategy: TransportStrategy): void {
    const listen = strategy.listen.bind(strategy);
    strategy.listen = (callback) => {
      const starting: StartingStrategy = { name: strategy.constructor.name, routes: [], isReady: false };
      this.#startingCount += 1;
      const started = this.#starting.run(starting, () =>
        listen((error, ...rest) => {
          starting.isReady = true;
          callback(this.#problemOf(starting.name, starting.routes) ?? error, ...rest);
        }),
      );
      const ended = () => this.#hasStarted();
      if (started instanceof Promise) return started.finally(ended);
      setImmediate(ended);
      return started;
    };
  }

  /** A storage that nothing uses any more would still cost every request a little. */
  #hasStarted(): void {
    this.#startingCount -= 1;
    if (this.#startingCount === 0) this.#starting.disable();
  }

  /** The error that stops the start, unless a warning is enough. */
  #problemOf(strategy: string, routes: readonly string[]): ConfigurationError | undefined {
    if (routes.length === 0) return undefined;
    const problem = sentence(strategy, routes);
    if (this.#stops) return bootError([problem]);
    this.#logger.warn(problem);
    return undefined;
  }
}

function sentence(strategy: string, routes: readonly string[]): string {
  return `${strategy} mounts ${routes.join(', ')} on the HTTP adapter, where no guard runs; serve the transport through a controller, such as a subclass of McpHttpControllerFor(transport) of @rekog/mcp-nest.`;
}

function pathText(path: unknown): string {
  return typeof path === 'string' ? `/${path.replace(/^\//, '')}` : String(path);
}
