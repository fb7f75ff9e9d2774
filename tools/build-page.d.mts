export function buildPage(folder?: string, alias?: Readonly<Record<string, string>>): Promise<void>;
