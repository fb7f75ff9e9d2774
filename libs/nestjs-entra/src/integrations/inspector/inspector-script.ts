/** The page's script: what the server rendered comes in by server-sent events and takes its place. */
export const INSPECTOR_SCRIPT = `'use strict';
{
  const events = new URL('events', document.currentScript.src);
  // The key of this script's own address opens the stream.
  events.search = new URL(document.currentScript.src).search;
  const list = document.getElementById('requests');
  const limit = Number(list.dataset.limit);
  const state = document.getElementById('state');
  const pause = document.getElementById('pause');
  const refusedOnly = document.getElementById('refused-only');
  let source;
  let retry;

  const say = (text) => {
    if (state.textContent !== text) state.textContent = text;
  };

  // The elements stay: what is open stays open, and what has the focus keeps it.
  const show = ({ id, tone, summary, content }) => {
    let item = document.getElementById('request-' + id);
    if (!item) {
      item = document.createElement('li');
      item.id = 'request-' + id;
      const flow = document.createElement('div');
      flow.className = 'flow';
      const details = document.createElement('details');
      details.append(document.createElement('summary'), flow);
      item.append(details);
      const idOf = (other) => Number(other.id.slice('request-'.length));
      list.insertBefore(item, [...list.children].find((other) => idOf(other) < id) ?? null);
    }
    item.className = tone;
    item.querySelector('summary').innerHTML = summary;
    item.querySelector('.flow').innerHTML = content;
    while (list.children.length > limit) list.lastElementChild.remove();
    document.getElementById('none').hidden = true;
  };

  const close = () => {
    clearTimeout(retry);
    source?.close();
  };

  const open = () => {
    close();
    source = new EventSource(events);
    source.addEventListener('snapshot', ({ data }) => {
      const items = JSON.parse(data);
      const ids = new Set(items.map(({ id }) => 'request-' + id));
      for (const item of [...list.children]) if (!ids.has(item.id)) item.remove();
      items.forEach(show);
      document.getElementById('none').hidden = items.length > 0;
      say('Live');
    });
    source.addEventListener('requests', ({ data }) => JSON.parse(data).forEach(show));
    source.addEventListener('error', () => {
      say('The connection is lost; trying again.');
      // An answer that is no stream ends the attempts of the browser.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, 2000);
    });
  };

  pause.addEventListener('click', () => {
    const isPaused = pause.textContent === 'Pause';
    pause.textContent = isPaused ? 'Go on' : 'Pause';
    if (isPaused) {
      close();
      say('Paused');
    } else {
      open();
    }
  });
  refusedOnly.addEventListener('change', () => list.classList.toggle('refused-only', refusedOnly.checked));
  list.classList.toggle('refused-only', refusedOnly.checked);
  addEventListener('pagehide', close);
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && pause.textContent === 'Pause') open();
  });
  pause.hidden = false;
  document.getElementById('filter').hidden = false;
  open();
}
`;
