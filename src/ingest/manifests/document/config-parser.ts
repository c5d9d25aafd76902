import type { Placed } from './notes.js';

/**
 * Reads the format of Python's `configparser` as setup.cfg uses it: sections, `key = value` or `key: value`, values that
 * go on in indented lines, and comments on lines of their own. Interpolation is not done. (The INI readers of other
 * worlds do not know values of several lines.)
 *
 * @returns by section and key, both in lower case, the value's lines that are not empty
 */
export function readConfig(text: string): ReadonlyMap<string, ReadonlyMap<string, readonly Placed[]>> {
  const sections = new Map<string, Map<string, Placed[]>>();
  let section: Map<string, Placed[]> | undefined;
  let value: Placed[] | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const content = raw.trim();
    if (content === '' || /^[#;]/.test(content)) continue;
    const line = index + 1;
    const header = /^\[([^\]]+)\]/.exec(raw);
    if (header !== null) {
      const name = (header[1] ?? '').trim().toLowerCase();
      section = sections.get(name) ?? new Map<string, Placed[]>();
      sections.set(name, section);
      value = undefined;
    } else if (/^\s/.test(raw)) {
      value?.push({ text: content, line });
    } else {
      const [, key = '', first = ''] = /^([^=:]*)[=:]?(.*)$/.exec(raw) ?? [];
      value = first.trim() === '' ? [] : [{ text: first.trim(), line }];
      section?.set(key.trim().toLowerCase(), value);
    }
  }
  return sections;
}
