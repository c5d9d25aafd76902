import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import { ABSENT, Data, VisitBudget } from './data.js';
import { Lines } from './lines.js';
import type { Notes } from './notes.js';

/**
 * Reads YAML: every scalar is a text, as nothing in a manifest depends on more. What can be read around errors is kept,
 * and the first error is noted. Aliases are followed when somebody asks, not before.
 */
export function readYaml(text: string, notes: Notes): Data {
  const document = parseDocument(text, { schema: 'failsafe', logLevel: 'silent', prettyErrors: false });
  const lines = new Lines(text);
  const [first] = document.errors;
  if (first !== undefined) notes.add(lines.at(first.pos[0]), `The YAML is malformed (${first.message}).`);
  return toData(document.contents, { targets: aliasTargets(document), lines, budget: new VisitBudget() });
}

interface Context {
  readonly targets: ReadonlyMap<Alias, unknown>;
  readonly lines: Lines;
  readonly budget: VisitBudget;
}

/** What each alias stands for, found in one pass: the library looks through the whole document for every single one. */
function aliasTargets(document: Document): Map<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  visit(document, {
    Alias: (_key, alias) => void targets.set(alias, anchors.get(alias.source)),
    Value: (_key, value) => {
      if (value.anchor !== undefined) anchors.set(value.anchor, value);
    },
  });
  return targets;
}

function toData(node: unknown, context: Context): Data {
  const resolved = isAlias(node) ? context.targets.get(node) : node;
  const offset = isMap(resolved) || isSeq(resolved) || isScalar(resolved) ? (resolved.range?.[0] ?? null) : null;
  const place = () => (offset === null ? null : context.lines.at(offset));
  if (isScalar(resolved)) {
    return typeof resolved.value === 'string' ? new Data({ kind: 'scalar', value: resolved.value }, place) : ABSENT;
  }
  if (isSeq(resolved)) {
    const items = () => {
      context.budget.spend(resolved.items.length);
      return resolved.items.map((item) => toData(item, context));
    };
    return new Data({ kind: 'list', items }, place);
  }
  if (!isMap(resolved)) return ABSENT;
  const entries = () => {
    context.budget.spend(resolved.items.length);
    return resolved.items.flatMap(({ key, value }) =>
      isScalar(key) && typeof key.value === 'string' ? [[key.value, toData(value, context)] as const] : [],
    );
  };
  return new Data({ kind: 'map', entries }, place);
}
