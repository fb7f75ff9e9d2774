/** Injection token of the checked options. */
export const RESOLVED_OPTIONS = Symbol('nestjs-entra:resolved-options');

/** Metadata of `@Public()`. */
export const PUBLIC_METADATA = Symbol('nestjs-entra:public');

/** Metadata of `@RequiredScopes()` and its like: the list of requirements. */
export const REQUIREMENTS_METADATA = Symbol('nestjs-entra:requirements');

/** Metadata of `@RequiredAuthContext()`: the ids of authentication contexts. */
export const AUTH_CONTEXTS_METADATA = Symbol('nestjs-entra:auth-contexts');

/** Metadata of `@DownstreamScopes()`: the scopes. */
export const DOWNSTREAM_SCOPES_METADATA = Symbol('nestjs-entra:downstream-scopes');
