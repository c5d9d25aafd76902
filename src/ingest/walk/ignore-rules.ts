import ignore from 'ignore';

/**
 * The .gitignore rules that hold in one folder: those of its repository's top folder down to its own.
 *
 * All rules of a chain stand in one list, deepest file last, rewritten to start at the repository's top.
 * Asking each file's rules on its own would be wrong: a deeper file may re-include a folder that a
 * higher one excludes, and everything below that folder is then judged anew.
 *
 * Git matches bytes: `?` and a bracket take one byte of a name's UTF-8. Patterns and paths are therefore
 * compared as texts with one character per byte (what Node calls latin1).
 */
export class IgnoreRules {
  static readonly none = new IgnoreRules(undefined);

  readonly #rules: ignore.Ignore | undefined;

  private constructor(rules: ignore.Ignore | undefined) {
    this.#rules = rules;
  }

  /**
   * The rules that hold in `folder`, a path from the repository's top without a trailing slash (the
   * top is the empty text), when it has an ignore file with this content. Each line that is not a
   * usable pattern goes to `onInvalid` and is left out.
   */
  extend(folder: string, content: Buffer, onInvalid: (pattern: string) => void): IgnoreRules {
    const top = toByteText(folder);
    const patterns = patternsOf(content.toString('latin1')).flatMap((pattern) => rebase(pattern, top));
    if (patterns.length === 0) return this;
    const rules = newRules();
    if (this.#rules !== undefined) rules.add(this.#rules);
    for (const pattern of patterns) {
      const rule = compile(pattern);
      if (rule === undefined) onInvalid(Buffer.from(pattern, 'latin1').toString('utf8'));
      else rules.add(rule);
    }
    return new IgnoreRules(rules);
  }

  /** Whether the file, or the folder when the path ends with '/', is ignored. Paths start at the repository's top. */
  ignores(path: string): boolean {
    return this.#rules !== undefined && this.#rules.ignores(toByteText(path));
  }
}

/** Git compares names exactly unless `core.ignorecase` is set; the same rules must hold on every machine. */
function newRules(): ignore.Ignore {
  return ignore({ ignorecase: false, allowRelativePaths: true });
}

/** A list of one rule whose expression is already compiled, or undefined when it does not compile. */
function compile(pattern: string): ignore.Ignore | undefined {
  // The package takes one line end off an item of a list, and splits nothing else: names may hold line breaks.
  const rule = newRules().add([`${pattern}\r`]);
  try {
    rule.ignores('probe');
    return rule;
  } catch {
    return undefined;
  }
}

/** The patterns of an ignore file, read as git reads them: no comments, no blank lines, no trailing spaces. */
function patternsOf(text: string): string[] {
  const patterns: string[] = [];
  for (const line of text.replace(/^\xEF\xBB\xBF/, '').split('\n')) {
    const pattern = trimSpaces(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (pattern !== '' && pattern !== '!' && !pattern.startsWith('#')) patterns.push(pattern);
  }
  return patterns;
}

/** Removes trailing spaces; one that a backslash quotes stays, with its backslash. */
function trimSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ') end--;
  if (end === line.length) return line;
  let backslashes = 0;
  while (backslashes < end && line[end - 1 - backslashes] === '\\') backslashes++;
  return line.slice(0, backslashes % 2 === 1 ? end + 1 : end);
}

/** Rewrites a pattern of `folder`'s ignore file into patterns that mean the same in the top folder's. */
function rebase(pattern: string, folder: string): string[] {
  const negation = pattern.startsWith('!') ? '!' : '';
  const body = pattern.slice(negation.length);
  const top = folder === '' ? '/' : `/${escapeGlob(folder)}/`;
  const slash = body.indexOf('/');
  const isAnchored = slash !== -1 && slash < body.length - 1;
  if (isAnchored) return expandAffixedStars(slash === 0 ? body.slice(1) : body).map((each) => negation + top + each);
  if (folder === '') return [pattern];
  // Without a slash the pattern is matched against names alone, where `**` means no more than `*`.
  return [`${negation}${top}**/${body.replace(/\\[^]|\*{2,}/g, (match) => (match.startsWith('\\') ? match : '*'))}`];
}

/**
 * Git compares the text before the first wildcard on its own and matches only what follows it, so that
 * `**` right after such a text acts as if it stood at the start: `a**\/b` takes `ab` and `ax/y/b`.
 */
function expandAffixedStars(body: string): string[] {
  const end = body.endsWith('/') ? '/' : '';
  const core = body.slice(0, body.length - end.length);
  const match = /^([^*?[\\]*[^*?[\\/])\*{2,}(?:\/([^]*))?$/.exec(core);
  if (match === null) return [body];
  const [, text = '', rest] = match;
  if (rest === undefined) return [`${text}*${end}`, `${text}*/**${end}`];
  if (rest === '') return [text + end];
  return [...expandAffixedStars(text + rest + end), `${text}*/**/${rest}${end}`];
}

function toByteText(path: string): string {
  return /^[\x20-\x7e]*$/.test(path) ? path : Buffer.from(path, 'utf8').toString('latin1');
}

function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]]/g, '\\$&');
}
