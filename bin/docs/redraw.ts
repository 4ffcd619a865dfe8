/**
 * The document with `drawing` between the lines `<!-- drawn: name -->` and `<!-- /drawn: name -->`.
 * @throws Error when the document does not have both lines, once each and in this order.
 */
export function redraw(document: string, name: string, drawing: string): string {
  const [opening, closing] = [`<!-- drawn: ${name} -->\n`, `<!-- /drawn: ${name} -->`];
  const [before, rest, ...moreOpenings] = document.split(opening);
  const [drawn, after, ...moreClosings] = rest?.split(closing) ?? [];
  if (before === undefined || drawn === undefined || after === undefined || moreOpenings.length + moreClosings.length) {
    throw new Error(`The document needs exactly one "${opening.trim()}" and, after it, one "${closing}".`);
  }
  return `${before}${opening}\n${drawing}\n\n${closing}${after}`;
}
