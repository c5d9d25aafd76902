import type { CodeSymbol, Envelope } from '../index.js';
import { given } from './given.js';
import type { PageInput } from './inputs.js';
import { excerptText, shortened, type SourceExcerpt, type SourceReader } from './source-reader.js';
import { bytesOf, clipped } from './token-budget.js';
import type { ToolAnswer } from './tool.js';

/** How a list is asked for, and what it looks like as text and for programs. */
export interface ListForm<T, Answer extends Envelope<T> = Envelope<T>> {
  /** What the list is of: `callers of save`. */
  readonly title: string;
  readonly fetch: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Answer>;
  /** An item on one line. */
  readonly text: (item: T) => string;
  readonly json: (item: T) => Record<string, unknown>;
  /** Lines before the items. */
  readonly notes?: (answer: Answer) => readonly string[];
  /** Fields beside those of every list. */
  readonly more?: (answer: Answer) => Record<string, unknown>;
  /** What an empty list means. */
  readonly none: string;
  /** Whose source belongs to an item. */
  readonly symbol?: (item: T) => CodeSymbol;
}

interface Shown {
  readonly texts: readonly string[];
  readonly sources: readonly (SourceExcerpt | undefined)[];
}

/** What a cursor is taken to need before it is known. */
const CURSOR_BYTES = 240;
/** Room for the note under a source that is cut short. */
const NOTE_BYTES = 120;
/** Notes take at most this share of the budget. */
const NOTES_SHARE = 1 / 4;

/**
 * A list as an answer within the budget: items that do not fit are left out whole, which the text says, and the
 * cursor leads on from the last one that is shown. A first item that is too large by itself is cut short, so that
 * every answer leads further.
 */
export async function listAnswer<T, Answer extends Envelope<T> = Envelope<T>>(
  form: ListForm<T, Answer>,
  page: PageInput,
  reader?: SourceReader,
): Promise<ToolAnswer> {
  let limit = page.limit;
  let wanted: number | undefined;
  for (;;) {
    const answer = await form.fetch({ limit, ...given({ cursor: page.cursor }) });
    wanted ??= answer.items.length;
    const head = headLines(form, answer, page);
    const whole = bytesOf(page.maxTokens) - Buffer.byteLength(head.join('\n')) - 1;
    const shown = await fit(form, answer, { whole, cut: whole - footBytes(answer, page) }, reader);
    // The store's own cursor is the place after the last item, so the shorter page is asked for as such.
    if (shown.texts.length < answer.items.length) {
      limit = shown.texts.length;
      continue;
    }
    const foot = footLines(answer, page, wanted - answer.items.length);
    return {
      text: [...head, ...shown.texts, ...foot].join('\n'),
      structured: structured(form, answer, shown.sources),
    };
  }
}

function headLines<T, Answer extends Envelope<T>>(
  form: ListForm<T, Answer>,
  answer: Answer,
  { maxTokens }: PageInput,
): string[] {
  const { total, items, generation, truncated } = answer;
  const extent = `total ${total}, shown ${items.length}, truncated ${truncated ? 'yes' : 'no'}, generation ${generation}`;
  const notes = form.notes?.(answer) ?? [];
  const each = Math.floor((bytesOf(maxTokens) * NOTES_SHARE) / Math.max(1, notes.length));
  const none = total === 0 ? [form.none] : [];
  return [`${form.title}: ${extent}`, ...notes.map((note) => clipped(note, each)), ...none];
}

function footLines({ cursor }: Envelope<unknown>, { maxTokens }: PageInput, leftOut: number): string[] {
  if (cursor === null) return [];
  const why = leftOut > 0 ? `${leftOut} more left out to keep within maxTokens ${maxTokens}` : 'More follows';
  return [`${why}; to read on: cursor ${cursor}`];
}

function footBytes(answer: Envelope<unknown>, page: PageInput): number {
  const cursor = answer.cursor ?? '_'.repeat(CURSOR_BYTES);
  return Buffer.byteLength(footLines({ ...answer, cursor }, page, answer.items.length).join('\n')) + 1;
}

/** Bytes for items: where the answer ends with them, and where a line with a cursor comes after them. */
interface Room {
  readonly whole: number;
  readonly cut: number;
}

const LINE_CUT = ' (cut to keep within maxTokens)';

function cutTo(line: string, maxBytes: number): string {
  if (Buffer.byteLength(line) <= maxBytes) return line;
  return clipped(line, Math.max(0, maxBytes - Buffer.byteLength(LINE_CUT))) + LINE_CUT;
}

/** As many items as there is room for, and one at least. */
async function fit<T, Answer extends Envelope<T>>(
  { text, symbol }: ListForm<T, Answer>,
  { items, cursor }: Answer,
  room: Room,
  reader: SourceReader | undefined,
): Promise<Shown> {
  const texts: string[] = [];
  const sources: (SourceExcerpt | undefined)[] = [];
  const most = cursor === null ? room.whole : room.cut;
  let used = 0;
  let fitting = 1;
  for (const item of items) {
    let line = text(item);
    let source = reader === undefined || symbol === undefined ? undefined : await reader.excerpt(symbol(item));
    if (texts.length === 0) {
      const left = items.length === 1 ? most : room.cut;
      line = cutTo(line, left);
      source = source && shortened(source, left - Buffer.byteLength(line) - NOTE_BYTES);
    }
    const lines = source === undefined ? line : `${line}\n${excerptText(source)}`;
    used += Buffer.byteLength(lines) + 1;
    if (used > most && texts.length > 0) return { texts: texts.slice(0, fitting), sources: sources.slice(0, fitting) };
    texts.push(lines);
    sources.push(source);
    if (used <= room.cut) fitting = texts.length;
  }
  return { texts, sources };
}

function structured<T, Answer extends Envelope<T>>(
  form: ListForm<T, Answer>,
  answer: Answer,
  sources: Shown['sources'],
): Record<string, unknown> {
  const { generation, total, truncated, cursor } = answer;
  const items = answer.items.map((item, at) => ({ ...form.json(item), ...given({ source: sources[at] }) }));
  return { generation, total, truncated, cursor, items, ...form.more?.(answer) };
}
