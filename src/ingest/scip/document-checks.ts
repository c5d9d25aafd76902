import type { DocumentText } from './document-text.js';
import type { ScipDocument } from './scip-document.js';

/** Of the names that are checked, so many must stand in the source where the index says. */
const FITTING_SHARE = 0.9;

/** A path below the project's folder, in the one form that the protocol allows. */
export function isInside(filePath: string): boolean {
  if (filePath === '' || filePath.includes('\\') || /^[A-Za-z]:/.test(filePath)) return false;
  return filePath.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}

/** Do the names that the index places in the document stand there? */
export function isSource(document: ScipDocument, text: DocumentText): boolean {
  let checked = 0;
  let fitting = 0;
  for (const { symbol, range, roles } of document.occurrences) {
    if ((roles & 1) === 0 || range === undefined || symbol.startsWith('local ')) continue;
    const written = text.slice(range);
    // A document is defined at its beginning, where no name stands.
    if (range.start.line === range.end.line && range.start.column === range.end.column) continue;
    checked++;
    if (written !== '' && symbol.includes(written.replace(/^["'`]|["'`]$/g, ''))) fitting++;
  }
  return fitting >= checked * FITTING_SHARE;
}

/** Do the ranges of the index begin and end where words of the document do? In another text many cut through one. */
export function isAligned(document: ScipDocument, text: DocumentText): boolean {
  let checked = 0;
  let aligned = 0;
  for (const { range } of document.occurrences) {
    if (range === undefined || !text.holds(range.end)) continue;
    checked++;
    const [start, end] = [text.indexOf(range.start), text.indexOf(range.end)];
    const isCut = [start, end].some(
      (at) => at > 0 && WORD.test(text.text[at - 1] ?? '') && WORD.test(text.text[at] ?? ''),
    );
    if (!isCut) aligned++;
  }
  return aligned >= checked * FITTING_SHARE;
}

const WORD = /[\p{L}\p{N}_$]/u;
