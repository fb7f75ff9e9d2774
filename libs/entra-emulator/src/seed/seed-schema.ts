import { Ajv, type ErrorObject } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The definitions that the administration takes apart from whole seeds. */
export type SeedDefinition =
  | 'tenant'
  | 'user'
  | 'application'
  | 'consent'
  | 'conditionalAccess'
  | 'fault'
  | 'userChange'
  | 'keyRotation';

const FILE = join(__dirname, '../../seed.schema.json');

/** Checks a value against the schema of seeds, or one of its definitions; gives one sentence for each fault. */
export function seedFaults(value: unknown, definition?: SeedDefinition): string[] {
  const schema = JSON.parse(readFileSync(FILE, 'utf8')) as { $defs: Record<string, object> };
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  const part = definition === undefined ? schema : { $defs: schema.$defs, $ref: `#/$defs/${definition}` };
  const validate = ajv.compile(part);
  return validate(value) ? [] : (validate.errors ?? []).map(sentence);
}

function sentence({ instancePath, keyword, params, data, message, parentSchema }: ErrorObject): string {
  const path = instancePath === '' ? '/' : instancePath;
  const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
  switch (keyword) {
    case 'additionalProperties':
      return `${instancePath}/${pointerStep(String(params['additionalProperty']))}: no such member; known are ${known.join(', ')}.`;
    case 'required':
      return `${path}: the member ${String(params['missingProperty'])} is missing.`;
    case 'type':
      return `${path}: must be ${typesOf(params['type'])}, but is ${JSON.stringify(data)}.`;
    case 'pattern':
      return `${path}: must be a GUID, but is ${JSON.stringify(data)}.`;
    case 'enum':
      return `${path}: must be one of ${(params['allowedValues'] as unknown[]).join(', ')}, but is ${JSON.stringify(data)}.`;
    default:
      return `${path}: ${message ?? 'is not valid'}.`;
  }
}

function typesOf(types: unknown): string {
  return [types]
    .flat()
    .map((type) => (/^[aeiou]/.test(String(type)) ? `an ${String(type)}` : `a ${String(type)}`))
    .join(' or ');
}

/** A member's name in a JSON pointer (RFC 6901 §3). */
function pointerStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
