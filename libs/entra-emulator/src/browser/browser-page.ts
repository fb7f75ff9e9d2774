/** What a client got back, when the emulator sent the browser to it. */
export interface ClientReply {
  /** The address, without query and fragment. */
  readonly redirectUri: string;
  /** `code` and `state`, or `error` and `error_description`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A page that a browser shows. */
export interface BrowserPage {
  readonly status: number;
  readonly headers: Headers;
  /** The heading of the page. */
  readonly heading: string;
  /** The text of the page, without markup. */
  readonly text: string;
  readonly html: string;
  /** Where the form of the page posts to. */
  readonly action: string | undefined;
  /** The hidden fields of the form. */
  readonly fields: Readonly<Record<string, string>>;
  /** The buttons of the form, by their text. */
  readonly buttons: readonly { readonly text: string; readonly name: string; readonly value: string }[];
  /** Set when the browser left the emulator for the client. */
  readonly reply: ClientReply | undefined;
}

/** Reads a page of the emulator; only its own markup is understood. */
export function readPage(status: number, headers: Headers, body: string): BrowserPage {
  const form = /<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/.exec(body);
  const fields = Object.fromEntries(
    [...(form?.[2] ?? '').matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" ?\/?>/g)].map(
      ([, name = '', value = '']) => [unescapeText(name), unescapeText(value)],
    ),
  );
  const buttons = [...(form?.[2] ?? '').matchAll(/<button([^>]*)>([\s\S]*?)<\/button>/g)].map(
    ([, attributes = '', content = '']) => ({
      text: textOf(content),
      name: /name="([^"]*)"/.exec(attributes)?.[1] ?? '',
      value: /value="([^"]*)"/.exec(attributes)?.[1] ?? '',
    }),
  );
  const action = form === null ? undefined : unescapeText(form[1] ?? '');
  const isFormPost = action !== undefined && /^[a-z][\w+.-]*:/i.test(action);
  return {
    status,
    headers,
    heading: textOf(/<h1>([\s\S]*?)<\/h1>/.exec(body)?.[1] ?? ''),
    text: textOf(/<main[^>]*>([\s\S]*?)<\/main>/.exec(body)?.[1] ?? body),
    html: body,
    action,
    fields,
    buttons,
    reply: isFormPost ? { redirectUri: action, parameters: fields } : undefined,
  };
}

/** Reads the address that a browser is sent to: query or fragment hold the answer. */
export function readReply(location: string): ClientReply {
  const [redirectUri = '', rest = ''] = location.split(/[?#](.*)/s);
  return { redirectUri, parameters: Object.fromEntries(new URLSearchParams(rest)) };
}

function textOf(markup: string): string {
  return unescapeText(markup.replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function unescapeText(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)));
}
