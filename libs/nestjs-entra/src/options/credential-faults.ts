import { unknownNameFaults } from './unknown-name-faults.js';

/** The fields of each kind of credential; those with a question mark may be left out. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  ClientSecret: ['clientSecret'],
  Path: ['certificateDiskPath', 'privateKeyDiskPath?', 'certificatePassword?'],
  Certificate: ['certificate', 'privateKey'],
};

/** What is wrong with the shape of `clientCredentials`; whether they load is found out later. Shows no value, for values are secret. */
export function credentialFaults(credentials: unknown): string[] {
  if (credentials === undefined) return [];
  if (!Array.isArray(credentials)) {
    return [
      'clientCredentials is not a list; give a list such as [{ sourceType: "ClientSecret", clientSecret }].',
    ];
  }
  return credentials.flatMap((credential: unknown, index) =>
    oneFaults(credential, `clientCredentials[${index}]`),
  );
}

function oneFaults(credential: unknown, path: string): string[] {
  if (typeof credential !== 'object' || credential === null) {
    return [`${path} is not an object; give an object with a sourceType.`];
  }
  const values = credential as Record<string, unknown>;
  const { sourceType } = values;
  const fields =
    typeof sourceType === 'string' && Object.hasOwn(FIELDS, sourceType) ? FIELDS[sourceType] : undefined;
  if (!fields) {
    return [
      `${path}.sourceType is ${JSON.stringify(sourceType) ?? 'missing'}; give one of ${Object.keys(FIELDS).join(', ')}.`,
    ];
  }
  const names = fields.map((field) => field.replace('?', ''));
  return [
    ...unknownNameFaults(
      `field of a ${String(sourceType)} credential`,
      values,
      ['sourceType', ...names],
      `${path}.`,
    ),
    ...fields.flatMap((field) => {
      const name = field.replace('?', '');
      const value = values[name];
      if (value === undefined && field.endsWith('?')) return [];
      if (typeof value === 'string' && value.trim() !== '') return [];
      const fault = value === undefined ? 'missing' : typeof value === 'string' ? 'empty' : 'not a string';
      return [`${path}.${name} is ${fault}; give it as a non-empty string.`];
    }),
  ];
}
