import type { Outcome } from './call-api.js';

const place = (): HTMLElement => document.querySelector<HTMLElement>('#outcome')!;

/** Shows the answer of the sample API under a heading, as text: nothing of it is markup. */
export function showOutcome(title: string, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'answer':
      return show(title, detailsOf(outcome.body));
    case 'consent':
      return show(
        'Your consent is needed',
        paragraph(
          'You have not yet allowed the sample API to do this for you. The identity platform asks you.',
        ),
        link('Review and consent', returningHere(outcome.consentUri)),
      );
    case 'refusal':
      return showProblem(`The sample API refused: ${outcome.status} ${outcome.message}`);
  }
}

/** Takes away what an earlier call left. */
export function clearOutcome(): void {
  place().replaceChildren();
}

export function showProblem(text: string, ...more: readonly HTMLElement[]): void {
  const notice = paragraph(text);
  notice.className = 'notice';
  show('That did not work', notice, ...more);
}

function show(title: string, ...content: readonly HTMLElement[]): void {
  const heading = element('h2', title);
  place().replaceChildren(heading, ...content);
}

export function link(text: string, address: string): HTMLElement {
  const anchor = element('a', text) as HTMLAnchorElement;
  anchor.className = 'button';
  anchor.href = address;
  return anchor;
}

/** The address with where the user comes back to: one that is registered for the sample API. */
function returningHere(consentUri: string): string {
  const address = new URL(consentUri);
  address.searchParams.set('redirect_uri', `${location.origin}/consent-given`);
  return address.href;
}

/** Every value of an answer with the path to it. */
function detailsOf(body: unknown): HTMLElement {
  const list = document.createElement('dl');
  const add = (name: string, value: unknown): void => {
    if (Array.isArray(value) && value.every((item) => typeof item === 'object')) {
      value.forEach((item, index) => add(`${name} ${index + 1}`, item));
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value))
        add(name ? `${name}, ${wordsOf(key)}` : wordsOf(key), inner);
    } else {
      list.append(element('dt', name), element('dd', Array.isArray(value) ? value.join(' ') : String(value)));
    }
  };
  add('', body);
  return list;
}

/** `callingApplication` is "calling application". */
function wordsOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function paragraph(text: string): HTMLElement {
  return element('p', text);
}

function element(name: string, text: string): HTMLElement {
  const created = document.createElement(name);
  created.textContent = text;
  return created;
}
