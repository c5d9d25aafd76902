import { ParseError, UsageError } from './errors.js';

/**
 * Names of symbols as the SCIP code intelligence protocol writes them:
 * `scheme manager package version descriptor…`, or `local id` for what is not visible outside of its
 * document. The grammar is that of the protocol's description of `Symbol`.
 */
export type ScipSymbol = GlobalScipSymbol | { readonly kind: 'local'; readonly id: string };

export interface GlobalScipSymbol {
  readonly kind: 'global';
  /** The program that gives the names, such as `scip-typescript`. */
  readonly scheme: string;
  /** Such as `npm`; the empty text when the package has none. */
  readonly manager: string;
  readonly packageName: string;
  readonly version: string;
  /** From the outermost to the symbol itself; never empty. */
  readonly descriptors: readonly ScipDescriptor[];
}

export type DescriptorSuffix =
  'namespace' | 'type' | 'term' | 'method' | 'typeParameter' | 'parameter' | 'meta' | 'macro';

export interface ScipDescriptor {
  readonly name: string;
  readonly suffix: DescriptorSuffix;
  /** Tells methods of one name apart; empty for all others. */
  readonly disambiguator: string;
}

const SIMPLE_NAME = /^[A-Za-z0-9_+\-$]+$/;
const SIMPLE_NAME_AT = /[A-Za-z0-9_+\-$]*/y;
const LOCAL_PREFIX = 'local ';

const SUFFIXES: Readonly<Record<string, DescriptorSuffix>> = {
  '/': 'namespace',
  '#': 'type',
  '.': 'term',
  ':': 'meta',
  '!': 'macro',
};
const BRACKETS: Readonly<Record<string, readonly [suffix: DescriptorSuffix, end: string]>> = {
  '(': ['parameter', ')'],
  '[': ['typeParameter', ']'],
};

/** Throws ParseError `PARSE_FAILED` with the text and the position at which it is no symbol. */
export function parseScipSymbol(text: string): ScipSymbol {
  if (text.startsWith(LOCAL_PREFIX)) {
    const id = text.slice(LOCAL_PREFIX.length);
    if (!SIMPLE_NAME.test(id)) throw malformed(text, LOCAL_PREFIX.length, 'the id of a local symbol');
    return { kind: 'local', id };
  }
  const reader = new SymbolReader(text);
  const scheme = reader.field('a scheme');
  const [manager, packageName, version] = [
    reader.field('a manager'),
    reader.field('a package'),
    reader.field('a version'),
  ];
  const descriptors = [reader.descriptor()];
  while (!reader.isAtEnd) descriptors.push(reader.descriptor());
  return {
    kind: 'global',
    scheme,
    manager: orEmpty(manager),
    packageName: orEmpty(packageName),
    version: orEmpty(version),
    descriptors,
  };
}

/** The text of a symbol; names stand in backticks only where the grammar wants them. */
export function formatScipSymbol(symbol: ScipSymbol): string {
  if (symbol.kind === 'local') return `${LOCAL_PREFIX}${symbol.id}`;
  const { scheme, manager, packageName, version, descriptors } = symbol;
  if (scheme === '' || scheme.startsWith('local') || descriptors.length === 0) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      'A symbol has a scheme that does not begin with "local", and descriptors.',
      {
        details: { scheme, descriptors: descriptors.length },
      },
    );
  }
  const fields = [scheme, manager, packageName, version].map((field) =>
    field === '' ? '.' : field.replaceAll(' ', '  '),
  );
  return `${fields.join(' ')} ${formatDescriptors(descriptors)}`;
}

export function formatDescriptors(descriptors: readonly ScipDescriptor[]): string {
  return descriptors.map(formatDescriptor).join('');
}

function formatDescriptor({ name, suffix, disambiguator }: ScipDescriptor): string {
  const written = SIMPLE_NAME.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
  switch (suffix) {
    case 'namespace':
      return `${written}/`;
    case 'type':
      return `${written}#`;
    case 'term':
      return `${written}.`;
    case 'method':
      return `${written}(${disambiguator}).`;
    case 'typeParameter':
      return `[${written}]`;
    case 'parameter':
      return `(${written})`;
    case 'meta':
      return `${written}:`;
    case 'macro':
      return `${written}!`;
  }
}

class SymbolReader {
  private at = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Up to the next single space; two stand for one that belongs to the field. */
  field(what: string): string {
    let field = '';
    for (;;) {
      const space = this.text.indexOf(' ', this.at);
      if (space < 0) throw malformed(this.text, this.text.length, `${what} and what follows it`);
      field += this.text.slice(this.at, space);
      this.at = space + 1;
      if (this.text[this.at] !== ' ') break;
      field += ' ';
      this.at++;
    }
    if (field === '') throw malformed(this.text, this.at, what);
    return field;
  }

  descriptor(): ScipDescriptor {
    const bracket = BRACKETS[this.text[this.at] ?? ''];
    if (bracket !== undefined) {
      this.at++;
      const name = this.name();
      this.expect(bracket[1]);
      return { name, suffix: bracket[0], disambiguator: '' };
    }
    const name = this.name();
    const suffix = SUFFIXES[this.text[this.at] ?? ''];
    if (suffix !== undefined) {
      this.at++;
      return { name, suffix, disambiguator: '' };
    }
    this.expect('(');
    const disambiguator = this.simpleName();
    this.expect(')');
    this.expect('.');
    return { name, suffix: 'method', disambiguator };
  }

  private name(): string {
    if (this.text[this.at] !== '`') {
      const name = this.simpleName();
      if (name === '') throw malformed(this.text, this.at, 'a name');
      return name;
    }
    let name = '';
    for (this.at++; ;) {
      const tick = this.text.indexOf('`', this.at);
      if (tick < 0) throw malformed(this.text, this.text.length, 'the end of a name in backticks');
      name += this.text.slice(this.at, tick);
      this.at = tick + 1;
      if (this.text[this.at] !== '`') return name;
      name += '`';
      this.at++;
    }
  }

  private simpleName(): string {
    SIMPLE_NAME_AT.lastIndex = this.at;
    const name = SIMPLE_NAME_AT.exec(this.text)?.[0] ?? '';
    this.at += name.length;
    return name;
  }

  private expect(character: string): void {
    if (this.text[this.at] !== character) throw malformed(this.text, this.at, `'${character}'`);
    this.at++;
  }
}

/** A dot stands for a part of the package that is not known. */
function orEmpty(field: string): string {
  return field === '.' ? '' : field;
}

function malformed(text: string, position: number, expected: string): ParseError {
  return new ParseError('PARSE_FAILED', `Not a SCIP symbol: ${expected} is missing at character ${position}.`, {
    details: { symbol: text.slice(0, 200), position },
  });
}
