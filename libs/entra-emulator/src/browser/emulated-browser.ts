import { readPage, readReply, type BrowserPage } from './browser-page.js';

/**
 * A browser without a screen, for tests: it keeps cookies, follows the emulator's pages and presses their buttons. It
 * stops where the emulator sends it back to the client.
 */
export class EmulatedBrowser {
  readonly #url: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #cookies = new Map<string, string>();

  constructor(url: string, fetch: typeof globalThis.fetch) {
    this.#url = url;
    this.#fetch = fetch;
  }

  /** Opens an address of the emulator, absolute or from its root. */
  open(address: string): Promise<BrowserPage> {
    return this.#send(new URL(address, this.#url), { method: 'GET' });
  }

  /** Presses the button whose text begins with `button`, with the fields filled in. */
  press(
    page: BrowserPage,
    button: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<BrowserPage> {
    const pressed = page.buttons.find(({ text }) => text.startsWith(button));
    if (pressed === undefined || page.action === undefined) {
      const names = page.buttons.map(({ text }) => text).join(', ');
      throw new Error(
        `The page '${page.heading}' has no button '${button}'; it has: ${names || 'none'}. ${page.text}`,
      );
    }
    const body = new URLSearchParams({ ...page.fields, ...fields, [pressed.name]: pressed.value });
    return this.#send(new URL(page.action, this.#url), {
      method: 'POST',
      body: body.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.#url },
    });
  }

  async #send(
    url: URL,
    init: { method: string; body?: string; headers?: Record<string, string> },
  ): Promise<BrowserPage> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#fetch(url.href, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookie === '' ? {} : { cookie }) },
    });
    this.#keepCookies(response.headers);
    const page = readPage(response.status, response.headers, await response.text());
    const location = response.headers.get('location');
    return location === null ? page : { ...page, reply: readReply(location) };
  }

  #keepCookies(headers: Headers): void {
    for (const header of headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(header) ?? [];
      if (name !== undefined && value !== undefined) {
        this.#cookies.set(name, value);
      }
    }
  }
}
