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
  const [start, form = ''] = elementsOf(body, 'form')[0] ?? [];
  const target = start === undefined ? null : /^ method="post" action="([^"]*)"$/.exec(start);
  const inputs = target ? form : '';
  const fields = Object.fromEntries(
    [...inputs.matchAll(/<input type="hidden" name="([^"<>]*)" value="([^"<>]*)" ?\/?>/g)].map(
      ([, name = '', value = '']) => [unescapeText(name), unescapeText(value)],
    ),
  );
  const buttons = elementsOf(inputs, 'button').map(([attributes, content]) => ({
    text: textOf(content),
    name: attributeOf(attributes, 'name'),
    value: attributeOf(attributes, 'value'),
  }));
  const action = target ? unescapeText(target[1] ?? '') : undefined;
  const isFormPost = action !== undefined && /^[a-z][\w+.-]*:/i.test(action);
  return {
    status,
    headers,
    heading: textOf(elementsOf(body, 'h1')[0]?.[1] ?? ''),
    text: textOf(elementsOf(body, 'main')[0]?.[1] ?? body),
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

/** Attributes and content of each element of a name, in one pass over the page. */
function elementsOf(html: string, name: string): [attributes: string, content: string][] {
  const found: [string, string][] = [];
  const end = `</${name}>`;
  for (let at = 0; ;) {
    const start = html.indexOf(`<${name}`, at);
    const opened = start < 0 ? -1 : html.indexOf('>', start);
    const closed = opened < 0 ? -1 : html.indexOf(end, opened);
    if (closed < 0) return found;
    found.push([html.slice(start + name.length + 1, opened), html.slice(opened + 1, closed)]);
    at = closed + end.length;
  }
}

function attributeOf(attributes: string, name: string): string {
  const before = ` ${name}="`;
  const start = attributes.indexOf(before);
  return start < 0 ? '' : (attributes.slice(start + before.length).split('"', 1)[0] ?? '');
}

function textOf(markup: string): string {
  return unescapeText(markup.replaceAll(/<[^<>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function unescapeText(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)));
}
