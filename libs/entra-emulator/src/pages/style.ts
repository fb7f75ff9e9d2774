/** The stylesheet of every page. Text has a contrast of at least 7:1 on its ground. */
export const STYLE = `
:root{color-scheme:light;font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#eef2f6}
body{margin:0}
header{padding:.75rem 1.5rem;background:#14375e;color:#fff}
main{max-width:32rem;margin:2rem auto;padding:1.5rem 2rem 2rem;background:#fff;border:1px solid #8a97a5;border-radius:6px}
main.wide{max-width:72rem}
h1{margin:0 0 1rem;font-size:1.5rem}h2{margin:2rem 0 .5rem;font-size:1.15rem}
ul.plain{list-style:none;margin:0;padding:0}ul.plain li{margin:.5rem 0}
button,input,select{font:inherit}
button{padding:.5rem 1rem;border:1px solid #14375e;border-radius:4px;background:#fff;color:#14375e;cursor:pointer}
button.primary{background:#14375e;color:#fff}
button.choice{display:block;width:100%;text-align:left}
button small{display:block;color:#3a4654}
input[type=text],input[type=number]{padding:.4rem .6rem;border:1px solid #5b6875;border-radius:4px}
label{display:block;margin:.75rem 0 .25rem}label.inline{display:inline;margin:0}
:focus-visible{outline:3px solid #b35900;outline-offset:2px}
p.notice{padding:.5rem .75rem;border-left:4px solid #8f1d1d;background:#fdf1f1}
.actions{display:flex;gap:.75rem;flex-wrap:wrap;margin-top:1.5rem}
code,.code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}.code{font-size:1.5rem;letter-spacing:.2em}
table{border-collapse:collapse;width:100%}th,td{padding:.35rem .6rem;border-bottom:1px solid #b9c3cd;text-align:left;vertical-align:top}
.scroll{overflow-x:auto}a{color:#14375e}dl{margin:0}dt{font-weight:600}dd{margin:0 0 .5rem}
`;
