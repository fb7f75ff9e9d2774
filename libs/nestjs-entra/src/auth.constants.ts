/** Injection token of the checked options. */
export const RESOLVED_OPTIONS = Symbol('nestjs-entra:resolved-options');

/** Injection token of what `forRoot()` or `forRootAsync()` was told beside the options. */
export const MODULE_REGISTRATION = Symbol('nestjs-entra:module-registration');

/** Injection token of the configuration problems that are found in the dependency graph, before anything is read. */
export const GRAPH_PROBLEMS = Symbol('nestjs-entra:graph-problems');

/** Injection token of the guard that makes the caller known: what comes after it asks it when it was not asked yet. */
export const AUTHENTICATION_GUARD = Symbol('nestjs-entra:authentication-guard');

/** Metadata of `@Public()`. */
export const PUBLIC_METADATA = Symbol('nestjs-entra:public');

/** Metadata of `@RequiredScopes()` and its like: the list of requirements. */
export const REQUIREMENTS_METADATA = Symbol('nestjs-entra:requirements');

/** Metadata of `@RequiredAuthContext()`: the ids of authentication contexts. */
export const AUTH_CONTEXTS_METADATA = Symbol('nestjs-entra:auth-contexts');

/** Metadata of `@DownstreamScopes()`: the scopes. */
export const DOWNSTREAM_SCOPES_METADATA = Symbol('nestjs-entra:downstream-scopes');

/** Metadata of `@DownstreamToken()`, by method: the scope of each, `undefined` for those without one. */
export const DOWNSTREAM_TOKEN_METADATA = Symbol('nestjs-entra:downstream-token');

/** Injection token of who is told what happens to requests; nobody unless an integration provides one. */
export const TOKEN_FLOW_OBSERVER = Symbol('nestjs-entra:token-flow-observer');

/** Metadata of a class or prototype: which decorators were applied to it and to its methods. */
export const DECORATIONS_METADATA = Symbol('nestjs-entra:decorations');
