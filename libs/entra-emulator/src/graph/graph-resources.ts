import type { EmulatedUser } from '../tenants/user.js';
import { pairwiseSubject } from '../tokens/opaque-values.js';
import type { GraphCaller } from './graph-caller.js';

const METADATA = 'https://graph.microsoft.com/v1.0/$metadata';

/** Subjects of the messages of a mailbox. */
const SUBJECTS = ['Welcome to the emulator', 'Minutes of the weekly meeting', 'Your expenses were approved'];

/** The profile of a user (Microsoft: Graph, user resource). */
export function profileOf(user: EmulatedUser): Record<string, unknown> {
  const { givenName, surname } = namesOf(user);
  return {
    '@odata.context': `${METADATA}#users/$entity`,
    businessPhones: [],
    displayName: user.name,
    givenName,
    jobTitle: null,
    mail: user.email ?? user.preferredUsername,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname,
    userPrincipalName: user.preferredUsername,
    id: user.oid,
  };
}

/** The mailbox of a user: three messages that name their owner (Microsoft: Graph, message resource). */
export function messagesOf(user: EmulatedUser, now: number): Record<string, unknown> {
  const day = 24 * 60 * 60_000;
  const address = user.email ?? user.preferredUsername;
  return {
    '@odata.context': `${METADATA}#users('${user.oid}')/messages`,
    value: SUBJECTS.map((subject, index) => ({
      id: `${user.oid}-${index + 1}`,
      subject,
      bodyPreview: `This is a message to ${user.name}.`,
      receivedDateTime: `${new Date(now - (index + 1) * day).toISOString().slice(0, 19)}Z`,
      isRead: index > 0,
      from: { emailAddress: { name: 'Megan Bowen', address: 'megan.bowen@contoso.example' } },
      toRecipients: [{ emailAddress: { name: user.name, address } }],
    })),
  };
}

/** The claims of the userinfo endpoint; `sub` is that of the client's ID token. */
export function userInfoOf(user: EmulatedUser, { claims }: GraphCaller): Record<string, unknown> {
  const { givenName, surname } = namesOf(user);
  return {
    sub: pairwiseSubject(user.tenantId, user.oid, String(claims['appid'])),
    name: user.name,
    family_name: surname,
    given_name: givenName,
    picture: 'https://graph.microsoft.com/v1.0/me/photo/$value',
    email: user.email ?? user.preferredUsername,
  };
}

function namesOf({ name }: EmulatedUser): { givenName: string; surname: string | null } {
  const [givenName = '', ...rest] = name.split(' ');
  return { givenName, surname: rest.join(' ') || null };
}
