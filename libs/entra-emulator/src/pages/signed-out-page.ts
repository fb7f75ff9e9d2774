import type { Answer } from '../endpoints/answer.js';
import { page } from './document.js';
import { html } from './html.js';

/** Says that the user is signed out, where there is no application to go back to. */
export function signedOutPage(): Answer {
  return page({
    title: 'You signed out of your account',
    main: html`<p>It is a good idea to close all browser windows.</p>`,
  });
}
