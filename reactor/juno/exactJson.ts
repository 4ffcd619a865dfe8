const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON and gives every number as its own text: 12345678.910000 arrives as "12345678.910000", never through floating
 * point. The bank writes amounts as numbers in one place and as strings in another; after this they are the same.
 * Throws SyntaxError on what is not JSON.
 */
export function parseExactJson(text: string): unknown {
  // Only in valid JSON are the digits outside strings all numbers, so the text is checked before it is rewritten.
  JSON.parse(text);
  let exact = "";
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const opens = text.indexOf('"', at);
    const end = opens === -1 ? text.length : opens;
    // One character before a string is a bracket, a colon or a comma: nearly always so in a long list.
    if (end - at > 1 || opens === -1) {
      exact += text.slice(copied, at) + text.slice(at, end).replace(number, '"$&"');
      copied = end;
    }
    at = opens === -1 ? text.length : endOfString(text, opens);
  }
  return JSON.parse(exact + text.slice(copied));
}

/** @returns where the text goes on after the string that opens at `opens`. */
function endOfString(text: string, opens: number): number {
  for (let quote = text.indexOf('"', opens + 1); ; quote = text.indexOf('"', quote + 1)) {
    let unescaped = quote;
    while (text[unescaped - 1] === "\\") unescaped--;
    if ((quote - unescaped) % 2 === 0) return quote + 1;
  }
}
