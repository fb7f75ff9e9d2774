/** A text without the slashes at its end. A scan from the end: an expression would begin again at every slash. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end--;
  return text.slice(0, end);
}

/** A text without the slashes at its beginning and its end. */
export function withoutOuterSlashes(text: string): string {
  let start = 0;
  while (text[start] === '/') start++;
  return withoutTrailingSlashes(text.slice(start));
}
