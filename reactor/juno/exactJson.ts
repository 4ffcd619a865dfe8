const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON and gives every number as its own text: 12345678.910000 arrives as "12345678.910000", never through floating
 * point. The bank writes amounts as numbers in one place and as strings in another; after this they are the same.
 * Throws SyntaxError on what is not JSON.
 */
export function parseExactJson(text: string): unknown {
  // Only in valid JSON is every match either a whole string or a whole number, so the text is checked before it is rewritten.
  JSON.parse(text);
  return JSON.parse(text.replace(stringOrNumber, (token) => (token.startsWith('"') ? token : `"${token}"`)));
}
