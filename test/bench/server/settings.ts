/** What a measured server is started with. */
export interface ServerSettings {
  readonly app: AppName;
  readonly adapter: Adapter;
  /** Base address of the identity platform of the benchmark. */
  readonly platformUrl: string;
  /** Downstream scopes, one for each resource. */
  readonly scopes: readonly string[];
}

export type Adapter = 'fastify' | 'express';

/** The contestants; each is the same application, with one route, protected in another way. */
export type AppName =
  | 'bare'
  | 'floor'
  | 'nestjs-entra'
  | 'passport-jwt'
  | 'express-oauth2-jwt-bearer'
  | 'by-hand'
  | 'azure-identity';

/** What a measured server says when it is ready. */
export interface ServerReady {
  readonly port: number;
}
