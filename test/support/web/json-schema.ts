/** The keywords that the description of the API uses; another one is a mistake there. */
const KEYWORDS = new Set([
  '$ref',
  'description',
  'type',
  'enum',
  'items',
  'properties',
  'required',
  'additionalProperties',
  'anyOf',
]);

type Schema = Readonly<Record<string, unknown>>;

/** What of a JSON value a schema forbids, each with the place; empty when the value is valid. */
export function violations(value: unknown, schema: Schema, document: object, at = '$'): string[] {
  const unknown = Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword));
  if (unknown.length > 0) throw new Error(`The schema at ${at} uses ${unknown.join(', ')}, which is not checked.`);
  if (typeof schema['$ref'] === 'string') return violations(value, lookUp(document, schema['$ref']), document, at);
  if (Array.isArray(schema['anyOf'])) {
    const all = (schema['anyOf'] as Schema[]).map((each) => violations(value, each, document, at));
    return all.some((found) => found.length === 0) ? [] : all.flat();
  }
  const types = [schema['type'] ?? []].flat() as string[];
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    return [`${at}: ${JSON.stringify(value)} is not ${types.join(' or ')}`];
  }
  const choices = schema['enum'] as readonly unknown[] | undefined;
  if (choices !== undefined && !choices.includes(value)) return [`${at}: ${JSON.stringify(value)} is no choice`];
  if (Array.isArray(value) && schema['items'] !== undefined) {
    return value.flatMap((item, place) => violations(item, schema['items'] as Schema, document, `${at}[${place}]`));
  }
  return isRecord(value) ? inObject(value, schema, document, at) : [];
}

function inObject(value: Readonly<Record<string, unknown>>, schema: Schema, document: object, at: string): string[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const missing = ((schema['required'] ?? []) as string[]).filter((name) => !Object.hasOwn(value, name));
  const found = missing.map((name) => `${at}: ${name} is missing`);
  for (const [name, each] of Object.entries(value)) {
    const rest: unknown = schema['additionalProperties'] ?? true;
    const own = properties[name] ?? (rest as Schema | boolean);
    if (own === false) found.push(`${at}: ${name} is not described`);
    else if (own !== true) found.push(...violations(each, own, document, `${at}.${name}`));
  }
  return found;
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      throw new Error(`There is no type ${type} in JSON Schema.`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lookUp(document: object, ref: string): Schema {
  let place: unknown = document;
  for (const name of ref.replace(/^#\//, '').split('/')) place = isRecord(place) ? place[name] : undefined;
  if (!isRecord(place)) throw new Error(`${ref} leads nowhere.`);
  return place;
}
