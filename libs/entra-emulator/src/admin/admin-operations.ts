import type { Platform } from '../platform.js';
import type { Fault } from '../policies/faults.js';
import type { RequireClaimsPolicy } from '../policies/required-claims.js';
import { revokeSessions } from '../policies/revoke-sessions.js';
import { seedFaults, type SeedDefinition } from '../seed/seed-schema.js';
import { seededApplication } from '../seed/seeded-application.js';
import type { ApplicationInit } from '../tenants/application.js';
import type { ConsentGrant } from '../tenants/consents.js';
import type { EmulatedUser, UserInit } from '../tenants/user.js';
import { applicationView, overview } from './admin-views.js';

/** A refusal of the administration, with the status of the answer. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What the administration does: the JSON API and the forms of the page call the same. */
export type AdminOperation = (platform: Platform, body: unknown, id: string) => unknown;

/** The operations, by method and path under `/admin/api`; `*` stands for an id. */
export const ADMIN_OPERATIONS: Readonly<Record<string, AdminOperation>> = {
  'GET ': (platform) => overview(platform),
  'GET tenants': ({ directory }) => directory.tenants,
  'POST tenants': ({ directory }, body) => directory.addTenant(checked(body, 'tenant')),
  'GET users': ({ directory }) => directory.users,
  'POST users': ({ directory }, body) => directory.addUser(checked<UserInit>(body, 'user')),
  'PATCH users/*': (platform, body, id) => {
    const change = checked<Partial<Pick<EmulatedUser, 'disabled' | 'deleted'>>>(body, 'userChange');
    return Object.assign(findUser(platform, id), change);
  },
  'POST users/*/revoke': (platform, _body, id) => {
    const user = findUser(platform, id);
    revokeSessions(platform, user);
    return user;
  },
  'GET applications': ({ directory }) => directory.applications.map(applicationView),
  'POST applications': ({ directory }, body) =>
    applicationView(
      directory.addApplication(seededApplication(checked<ApplicationInit>(body, 'application'))),
    ),
  'GET consents': ({ consents }) => consents.list(),
  'POST consents': ({ consents }, body) => consents.grant(checked<ConsentGrant>(body, 'consent')),
  'DELETE consents': ({ consents }, body) => consents.revoke(checked<ConsentGrant>(body, 'consent')),
  'GET conditional-access': ({ requiredClaims }) => requiredClaims.all,
  'POST conditional-access': ({ requiredClaims }, body) =>
    requiredClaims.add(checked<RequireClaimsPolicy>(body, 'conditionalAccess')),
  'DELETE conditional-access/*': ({ requiredClaims }, _body, id) => {
    if (!requiredClaims.remove(id)) {
      throw new AdminError(404, `There is no policy ${id}.`);
    }
  },
  'GET faults': ({ faults }) => faults.waiting,
  'POST faults': ({ faults }, body) => faults.add(checked<Fault>(body, 'fault')),
  'DELETE faults': ({ faults }) => faults.clear(),
  'POST signing-keys/rotate': ({ signingKeys }, body) => {
    signingKeys.rotate(checked<{ keepOld?: boolean }>(body ?? {}, 'keyRotation').keepOld ?? true);
    return { signingKeys: signingKeys.published.map(({ kid }) => kid) };
  },
  'GET requests': ({ requests }) => requests,
  'DELETE requests': ({ requests }) => {
    requests.splice(0);
  },
};

/** The body, or a refusal that says everything that is wrong with it. */
function checked<T>(body: unknown, definition: SeedDefinition): T {
  const faults = seedFaults(body, definition);
  if (faults.length > 0) {
    throw new AdminError(400, faults.join('\n'));
  }
  return body as T;
}

function findUser({ directory }: Platform, oid: string): EmulatedUser {
  const user = directory.findUserIn(undefined, oid);
  if (user === undefined) {
    throw new AdminError(404, `There is no user ${oid}.`);
  }
  return user;
}
