/** A Markdown table. Columns whose heading begins with `>` are aligned to the right. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(headings.map((heading) => heading.replace(/^>/, ''))),
    line(headings.map((heading) => (heading.startsWith('>') ? '--:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}
