import { UsageError, type EdgeType } from '../index.js';

interface Described {
  readonly description: string;
  readonly isRequired?: boolean;
}

/** One parameter of a request: what it may be, and what it is when it is left out. */
export type Parameter = Described &
  (
    | { readonly kind: 'text' }
    | { readonly kind: 'count'; readonly least: number; readonly most: number; readonly standard?: number }
    | { readonly kind: 'flag' }
    | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly standard: string }
  );

export type ParameterTable = Readonly<Record<string, Parameter>>;

const LONGEST_TEXT = 2000;

/**
 * The parameters of one request, checked against the table of its route. Throws UsageError `INVALID_ARGUMENT` for one
 * that is unknown, given twice, missing or not what it may be.
 */
export class Parameters {
  readonly #table: ParameterTable;
  readonly #given: URLSearchParams;

  constructor(table: ParameterTable, given: URLSearchParams) {
    this.#table = table;
    this.#given = given;
    for (const name of given.keys()) {
      if (table[name] === undefined) throw wrong(name, given.get(name), unknownText(table));
      if (given.getAll(name).length > 1) throw wrong(name, given.getAll(name), 'is given more than once');
    }
    for (const [name, parameter] of Object.entries(table)) this.#check(name, parameter);
  }

  /** A text that is required. */
  require(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    throw new TypeError(`The route asks for ${name}, which its table does not require.`);
  }

  text(name: string): string | undefined {
    return this.#given.get(name) ?? undefined;
  }

  count(name: string): number | undefined {
    const given = this.#given.get(name);
    if (given !== null) return Number(given);
    const parameter = this.#table[name];
    return parameter?.kind === 'count' ? parameter.standard : undefined;
  }

  /** A number that has a standard. */
  number(name: string): number {
    const count = this.count(name);
    if (count !== undefined) return count;
    throw new TypeError(`The route asks for ${name}, which has no standard.`);
  }

  flag(name: string): boolean {
    const given = this.#given.get(name);
    return given !== null && given !== 'false';
  }

  choice<T extends string>(name: string): T {
    const parameter = this.#table[name];
    const standard = parameter?.kind === 'choice' ? parameter.standard : '';
    // The constructor allows the choices of the table only.
    return (this.#given.get(name) ?? standard) as T;
  }

  /** Edge types, separated by commas; the library checks them and says which there are. */
  edgeTypes(name: string): EdgeType[] | undefined {
    return this.text(name)
      ?.split(',')
      .map((type) => type.trim() as EdgeType);
  }

  /** Those of these texts that are given, under their names. */
  given<Name extends string>(...names: readonly Name[]): Partial<Record<Name, string>> {
    const found: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = this.text(name);
      if (value !== undefined) found[name] = value;
    }
    return found;
  }

  #check(name: string, parameter: Parameter): void {
    const value = this.#given.get(name);
    if (value === null) {
      if (parameter.isRequired === true) throw wrong(name, null, 'is missing');
      return;
    }
    const problem = problemWith(parameter, value);
    if (problem !== undefined) throw wrong(name, value.slice(0, 200), problem);
  }
}

function problemWith(parameter: Parameter, value: string): string | undefined {
  switch (parameter.kind) {
    case 'text':
      if (value.trim() === '') return 'is empty';
      return value.length > LONGEST_TEXT ? `has more than ${LONGEST_TEXT} characters` : undefined;
    case 'count': {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      const { least, most } = parameter;
      return number >= least && number <= most ? undefined : `is a whole number from ${least} to ${most}`;
    }
    case 'flag':
      return ['', 'true', 'false'].includes(value) ? undefined : 'is true or false';
    case 'choice':
      return parameter.choices.includes(value) ? undefined : `is one of ${parameter.choices.join(', ')}`;
  }
}

function unknownText(table: ParameterTable): string {
  const names = Object.keys(table);
  return names.length === 0 ? 'is unknown; there are none here' : `is unknown; there are ${names.join(', ')}`;
}

function wrong(name: string, value: unknown, problem: string): UsageError {
  return new UsageError('INVALID_ARGUMENT', `The parameter '${name.slice(0, 200)}' ${problem}.`, {
    details: { argument: name.slice(0, 200), value },
  });
}
