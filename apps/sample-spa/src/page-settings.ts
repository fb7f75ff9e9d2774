/** What the page has to know of the registrations; the sample API tells it. */
export interface PageSettings {
  /** Address of the identity platform with the tenant. */
  readonly authority: string;
  readonly clientId: string;
  /** The scopes of the sample API that the page signs its user in for. */
  readonly scopes: string[];
}

export async function readSettings(): Promise<PageSettings> {
  const response = await fetch('/page-settings.json');
  if (!response.ok) throw new Error(`The sample API answered ${response.status} to the page.`);
  return (await response.json()) as PageSettings;
}
