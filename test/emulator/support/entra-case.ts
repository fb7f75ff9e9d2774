import { readFileSync } from 'node:fs';
import { parameterValue } from './case-placeholders.js';
import type { World } from './case-world.js';
import { send, type Answered } from './token-client.js';

/** One request and what Entra answers. */
export interface EntraCase {
  readonly id: string;
  readonly request: {
    /** Method, path with placeholders, query. */
    readonly endpoint: string;
    readonly describes: string;
    readonly form: Readonly<Record<string, string>>;
    readonly setup?: string;
  };
  readonly response: Readonly<Record<string, unknown>>;
  /** Members of the response that are not relied on. */
  readonly inferred?: readonly string[];
}

/** The cases of a JSON file. */
export function readCases(file: string): EntraCase[] {
  return JSON.parse(readFileSync(file, 'utf8')) as EntraCase[];
}

/** Tells whether the case is about a client that asks again and again. */
export function isAboutLoops({ request }: EntraCase): boolean {
  return /15\+/.test(conditionsOf(request));
}

/** What has to be arranged before the request, by the words that ask for it. An arrangement may be nothing. */
const SETUPS: readonly (readonly [RegExp, (world: World) => void])[] = [
  [/never consented|not consented|no consent/i, revokeConsent],
  [
    /conditional access.*(asks|require|mfa)|policy.*(asks|require).*mfa/i,
    ({ emulator }) => void emulator.requireClaims({ resource: GRAPH }),
  ],
  [
    /per-user MFA|security defaults/i,
    ({ emulator }) => void emulator.requireClaims({ resource: GRAPH, withClaims: false }),
  ],
  [
    /conditional access.*block|block.*policy/i,
    ({ emulator }) => void emulator.requireClaims({ resource: GRAPH, code: 53003 }),
  ],
  [/user.*deleted|deleted user/i, ({ user }) => void (user.deleted = true)],
  [/throttl/i, ({ emulator }) => emulator.failNext({ status: 429 })],
  // These are part of the placeholders, or of every world.
  [/public client/i, nothing],
  [/got by client_credentials|foreign IdP|identifier URI|assignment required|service principal/i, nothing],
  [/refresh token|secret|certificate|key|credential|15\+/i, nothing],
];

const GRAPH = 'https://graph.microsoft.com';

/** Arranges, sends and gives the answer of a case; throws when it says something that nobody knows. */
export async function playCase(world: World, { request }: EntraCase): Promise<Answered> {
  const form = await formOf(world, request);
  arrange(world, request);
  const [method = '', target = ''] = request.endpoint.split(' ');
  const path = pathOf(world, target);
  const body = new URLSearchParams(form).toString();
  const init: RequestInit =
    method === 'GET'
      ? { method }
      : { method, body, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const repeats = repeatsOf(request);
  for (let sent = 1; sent < repeats; sent += 1) {
    await send(world.emulator, path, init);
  }
  return send(world.emulator, path, init);
}

async function formOf(
  world: World,
  { form, describes }: EntraCase['request'],
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, text] of Object.entries(form)) {
    values[name] = await parameterValue(world, name, adjusted(name, text, describes), describes);
  }
  return values;
}

/** A few cases say in their description only what is special about a parameter. */
function adjusted(name: string, text: string, describes: string): string {
  if (name === 'client_id' && /multi-tenant app/i.test(describes)) {
    return '<multi-tenant app>';
  }
  return name === 'client_secret' && /expired secret/i.test(describes) ? '<expired>' : text;
}

function arrange(world: World, { describes, setup }: EntraCase['request']): void {
  const matching = SETUPS.filter(([pattern]) => pattern.test(`${describes}\n${setup ?? ''}`));
  if (setup !== undefined && !SETUPS.some(([pattern]) => pattern.test(setup) || pattern.test(describes))) {
    throw new Error(`Nobody knows how to arrange: ${setup}`);
  }
  for (const [, arrangement] of matching) {
    arrangement(world);
  }
}

function pathOf({ emulator }: World, target: string): string {
  const path = target
    .replace(/^(https:\/\/)?[^/]*b2clogin\.com\//, '')
    .replace('{unknown-tenant}', '11111111-2222-4333-8444-555555555555')
    .replace(/\{[^}]*policy\}/i, 'B2C_1_signin')
    .replace(/\{(tenant|b2c[^}]*)\}/i, emulator.tenantId);
  if (/[{<]/.test(path)) {
    throw new Error(`Nobody knows where ${target} is.`);
  }
  return path;
}

function repeatsOf(request: EntraCase['request']): number {
  if (/15\+/.test(conditionsOf(request))) {
    return 15;
  }
  return /twice|replay/i.test(request.describes) ? 2 : 1;
}

function conditionsOf({ describes, setup }: EntraCase['request']): string {
  return `${describes}\n${setup ?? ''}`;
}

function revokeConsent({ emulator, api }: World): void {
  emulator.revokeConsent({ clientId: api.clientId, scopes: `${GRAPH}/.default` });
}

function nothing(): void {
  // Nothing to arrange.
}
