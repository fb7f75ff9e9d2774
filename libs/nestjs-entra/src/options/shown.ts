/** What must not stand in a text, wherever it was put by mistake: JWTs, PEM, and the client secrets that Entra makes. */
const SECRETS =
  /eyJ[\w-]{5,}\.[\w-]+(\.[\w-]*)*|-----BEGIN[^-]*-----[\s\S]*|[\w~.-]{3}\dQ~[\w~.-]{31,34}|(?<=:\/\/)[^/@"\s]*:[^/@"\s]*(?=@)/g;

/** A value as a fault shows it, cut short, without what looks like a secret. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value); // JSON has no NaN and no Infinity.
  return JSON.stringify(value, withoutSecrets)?.slice(0, 200) ?? `a ${typeof value}`;
}

function withoutSecrets(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replaceAll(SECRETS, '(hidden)').replaceAll(LONG_WORDS, hideRandom);
}

/** Passwords and keys of other makers: long words that mix digits with capital and small letters. GUIDs do not. */
const LONG_WORDS = /[\w~.+=-]{20,}/g;

function hideRandom(word: string): string {
  return /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) ? '(hidden)' : word;
}
