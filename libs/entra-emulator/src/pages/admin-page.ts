import type { Answer } from '../endpoints/answer.js';
import type { RecordedRequest } from '../endpoints/request-log.js';
import type { Platform } from '../platform.js';
import { page } from './document.js';
import { html, type Markup } from './html.js';

/** How many of the last requests the page lists. */
const LISTED_REQUESTS = 50;

/** Everything the emulator holds, and the buttons to change it. */
export function adminPage(platform: Platform): Answer {
  const { url, directory, signingKeys } = platform;
  return page({
    title: 'Administration',
    isWide: true,
    main: html`<p>
        ${url}, tenant <code>${directory.homeTenant.tenantId}</code>. The same as JSON:
        <code>/admin/api</code>.
      </p>
      ${users(platform)} ${applications(platform)} ${consents(platform)} ${conditionalAccess(platform)}
      ${faults(platform)}
      <h2>Signing keys</h2>
      <p>Signs with <code>${signingKeys.current.kid}</code>; ${signingKeys.published.length} published.</p>
      <div class="actions">
        ${action('rotate', {}, 'Rotate, keep the old keys')}${action('rotate', { keepOld: 'false' }, 'Rotate, withdraw the old keys')}
      </div>
      ${requests(platform)}`,
  });
}

function users({ directory }: Platform): Markup {
  const rows = directory.users.map((user) => {
    const kind = user.isAdministrator ? 'administrator' : user.guestFrom === undefined ? 'member' : 'guest';
    const toggle = user.disabled ? 'enable' : 'disable';
    const state = user.deleted ? 'deleted' : user.disabled ? 'disabled' : 'active';
    return [
      html`${user.name}`,
      html`${user.preferredUsername}`,
      html`${kind}, ${state}`,
      html`<code>${user.oid}</code>`,
      html`${action(toggle, { id: user.oid }, toggle === 'enable' ? 'Enable' : 'Disable', user.name)}
      ${action('revoke', { id: user.oid }, 'Revoke sessions', user.name)}`,
    ];
  });
  return table('Users', ['Name', 'User name', 'State', 'Object id', 'Actions'], rows);
}

function applications({ directory }: Platform): Markup {
  const rows = directory.applications.map(({ name, clientId, scopes, redirectUris }) => [
    html`${name}`,
    html`<code>${clientId}</code>`,
    html`${scopes.join(' ')}`,
    html`${Object.entries(redirectUris).flatMap(([kind, uris]) => uris.map((uri) => html`${kind}: ${uri}<br />`))}`,
  ]);
  return table('Applications', ['Name', 'Client id', 'Scopes', 'Redirect URIs'], rows);
}

function consents({ consents: given, directory }: Platform): Markup {
  const rows = given.list().map(({ clientId, resourceId, userId, scopes }) => {
    const client = directory.findApplication(clientId)?.name ?? clientId;
    const fields = {
      clientId,
      scopes: scopes.map((scope) => `${resourceId}/${scope}`).join(' '),
      ...(userId === undefined ? {} : { userId }),
    };
    return [
      html`${client}`,
      html`${directory.findApplication(resourceId)?.name ?? resourceId}`,
      html`${scopes.join(' ')}`,
      html`${userId === undefined ? 'everybody' : (directory.findUserIn(undefined, userId)?.name ?? userId)}`,
      action('revoke-consent', fields, 'Revoke', `of ${client}`),
    ];
  });
  return table('Consents', ['Client', 'Resource', 'Scopes', 'For', 'Actions'], rows);
}

function conditionalAccess({ requiredClaims, directory }: Platform): Markup {
  const rows = requiredClaims.all.map(({ resourceId, scope, code, policyIds, userId }) => [
    html`${directory.findApplication(resourceId)?.name ?? resourceId}`,
    html`${scope ?? 'every scope'}`,
    html`AADSTS${code}`,
    html`${userId === undefined ? 'everybody' : (directory.findUserIn(undefined, userId)?.name ?? userId)}`,
    html`<code>${policyIds.join(' ')}</code>`,
    action('remove-policy', { id: policyIds[0] ?? '' }, 'Remove', policyIds[0] ?? ''),
  ]);
  return html`${table('Conditional access', ['Resource', 'Scope', 'Answer', 'For', 'Policy ids', 'Actions'], rows)}
    <form method="post" action="/admin">
      <input type="hidden" name="action" value="require" /> <label for="scope">Guard a scope</label
      ><input type="text" id="scope" name="scope" required /> <label for="code">AADSTS code</label
      ><input type="number" id="code" name="code" value="50076" />
      <div class="actions"><button>Add the policy</button></div>
    </form>`;
}

function faults({ faults: waiting }: Platform): Markup {
  const rows = waiting.waiting.map(({ fault, remaining }) => [
    html`${fault.endpoint ?? 'token'}`,
    html`<code>${JSON.stringify(fault)}</code>`,
    html`${remaining}`,
  ]);
  const option = (value: string, text: string): Markup => html`<option value="${value}">${text}</option>`;
  return html`${table('Faults that wait', ['Endpoint', 'Fault', 'Times'], rows)}
    <form method="post" action="/admin">
      <input type="hidden" name="action" value="fault" /> <label for="endpoint">The next answer of</label
      ><select id="endpoint" name="endpoint">
        ${['token', 'keys', 'discovery', 'authorize', 'graph', 'userinfo'].map((name) => option(name, name))}
      </select>
      <label for="kind">is</label
      ><select id="kind" name="kind">
        ${option('aadsts', 'an AADSTS code')}${option('throttled', '429, Retry-After in seconds')}${option('unavailable', '503')}${option('delay', 'late, by milliseconds')}${option('hang', 'none at all')}${option('reset', 'a broken connection')}${option('malformed', 'no JSON')}
      </select>
      <label for="value">Value</label><input type="text" id="value" name="value" />
      <div class="actions"><button>Add the fault</button></div>
    </form>
    ${action('clear-faults', {}, 'Clear the faults')}`;
}

function requests({ requests: seen }: Platform): Markup {
  const rows = seen
    .slice(-LISTED_REQUESTS)
    .toReversed()
    .map((request) => requestRow(request));
  return html`${table('Requests', ['At', 'Request', 'Grant or step', 'Answer'], rows)}
  ${action('clear-requests', {}, 'Clear the list')}`;
}

function requestRow({ at, method, path, form, status, error, aadsts }: RecordedRequest): Markup[] {
  return [
    html`${new Date(at).toISOString().slice(11, 23)}`,
    html`${method} ${path}`,
    html`${form['grant_type'] ?? form['decision'] ?? ''} ${form['scope'] ?? ''}`,
    html`${status} ${error ?? ''} ${aadsts === undefined ? '' : `AADSTS${aadsts}`}`,
  ];
}

function table(title: string, columns: readonly string[], rows: readonly (readonly Markup[])[]): Markup {
  if (rows.length === 0) {
    return html`<h2>${title}</h2>
      <p>None.</p>`;
  }
  return html`<h2>${title}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            ${columns.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells) =>
              html`<tr>
                ${cells.map((cell) => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function action(name: string, fields: Readonly<Record<string, string>>, text: string, of = ''): Markup {
  const label = of === '' ? text : `${text} ${of}`;
  return html`<form method="post" action="/admin">
    <input type="hidden" name="action" value="${name}" />
    ${Object.entries(fields).map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}" />`)}
    <button aria-label="${label}">${text}</button>
  </form>`;
}
