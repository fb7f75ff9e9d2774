export function placeOfChromium(): string | undefined;
export function ensureChromium(): Promise<void>;
