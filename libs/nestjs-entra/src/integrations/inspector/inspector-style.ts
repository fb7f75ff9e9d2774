/** The page's style: five columns, one a station, where there is room for them. */
export const INSPECTOR_STYLE = `:root {
  color-scheme: light dark;
  --text: light-dark(#1b1b1f, #ececf1);
  --quiet: light-dark(#55555f, #b4b4c0);
  --page: light-dark(#ffffff, #17171b);
  --panel: light-dark(#f3f3f6, #232329);
  --line: light-dark(#8a8a96, #7a7a88);
  --good: light-dark(#0b6130, #7fdba2);
  --bad: light-dark(#a01222, #ff9ba5);
  --link: light-dark(#0b4fb3, #9cc4ff);
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0 auto;
  max-width: 90rem;
  padding: 1rem 1.5rem 3rem;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; }
h3 { font-size: 1rem; margin: 0.75rem 0 0.25rem; }
header p { margin: 0.25rem 0; }
.controls { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; }
button { font: inherit; padding: 0.25rem 1rem; min-height: 2rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
#requests, .sequence { list-style: none; margin: 0; padding: 0; }
#requests > li { border: 1px solid var(--line); border-left-width: 0.4rem; border-radius: 0.25rem; margin: 0.4rem 0; }
#requests > li.good { border-left-color: var(--good); }
#requests > li.refused { border-left-color: var(--bad); }
#requests.refused-only > li:not(.refused) { display: none; }
summary { cursor: pointer; padding: 0.4rem 0.75rem; overflow-wrap: anywhere; }
.status { display: inline-block; min-width: 2.5rem; font-weight: 700; }
.good .status, .sequence .good strong { color: var(--good); }
.refused .status, .why, .sequence .bad strong { color: var(--bad); }
.asked { font-weight: 600; margin-right: 0.5rem; }
.caller, .took, .at { color: var(--quiet); margin-right: 0.5rem; }
.why { display: block; margin-left: 2.75rem; }
code { font: 0.95em ui-monospace, monospace; font-weight: 700; }
.flow { padding: 0 0.75rem 0.75rem; }
.flow p { margin: 0.25rem 0; }
.sequence > li { background: var(--panel); border-radius: 0.25rem; margin: 0.25rem 0; padding: 0.25rem 0.5rem; overflow-wrap: anywhere; }
.sequence strong, .sequence .at { display: inline-block; }
dl { margin: 0; columns: 24rem; }
dl div { break-inside: avoid; overflow-wrap: anywhere; }
dt { display: inline; font-weight: 600; }
dt::after { content: ": "; }
dd { display: inline; margin: 0; }
@media (min-width: 60rem) {
  .sequence { display: grid; grid-template-columns: repeat(5, 1fr); gap: 0.25rem 0.5rem; }
  .sequence > li { margin: 0; }
  .sequence > .browser { grid-column: 1; }
  .sequence > .api { grid-column: 2; }
  .sequence > .cache { grid-column: 3; }
  .sequence > .identity-platform { grid-column: 4; }
  .sequence > .downstream { grid-column: 5; }
  .sequence strong, .sequence .at { display: block; }
}
`;
