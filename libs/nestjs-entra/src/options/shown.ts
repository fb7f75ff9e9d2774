/** What must not stand in a text, wherever it was put by mistake: JWTs, PEM, and the client secrets that Entra makes. */
const SECRETS =
  /eyJ[\w-]{5,}\.[\w-]+(\.[\w-]*)*|-----BEGIN[^-]*-----[\s\S]*|[\w~.-]{3}\dQ~[\w~.-]{31,34}|(?<=:\/\/)[^/@"\s]*:[^/@"\s]*(?=@)/g;

/** A value as a fault shows it, cut short, without what looks like a secret. It never throws. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value); // JSON has no NaN and no Infinity.
  try {
    const json = JSON.stringify(value, withoutSecrets);
    // A secret can stand in the place of a name as well.
    return json === undefined ? `a ${typeof value}` : hidden(json.slice(0, MAX_SEARCHED)).slice(0, 200);
  } catch {
    return 'a value that is not JSON'; // A cycle, or a member that throws when it is read.
  }
}

/** More than is shown of any value; the search for secrets takes longer than linear time. */
const MAX_SEARCHED = 512;

/** The longest secret that is recognized by its whole length: one that is cut would not be. */
const LONGEST_SECRET = 64;

function withoutSecrets(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  // The value before `toJSON()`, which gives the bytes of a Buffer.
  if (ArrayBuffer.isView(this[key])) return '(bytes)';
  if (typeof value !== 'string') return value;
  if (value.length <= MAX_SEARCHED) return hidden(value);
  return hidden(value.slice(0, MAX_SEARCHED)).slice(0, -LONGEST_SECRET);
}

function hidden(text: string): string {
  return text.replaceAll(SECRETS, '(hidden)').replaceAll(LONG_WORDS, hideRandom);
}

/** Passwords and keys of other makers: long words that mix digits with capital and small letters. GUIDs do not. */
const LONG_WORDS = /[\w~.+=-]{20,}/g;

function hideRandom(word: string): string {
  return /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) ? '(hidden)' : word;
}
