import { UsageError, type ProjectId } from '../model/index.js';

const PLACE = '{namespace}';
/** What is a label of a host name everywhere, and a file name. */
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LONGEST = 63;

/** Is a path or URL one of many databases, with a place for the name of each? */
export function isTemplate(path: string): boolean {
  return path.includes(PLACE);
}

/** The databases that a template stands for. */
export class NamespaceTemplate {
  /**
   * Throws UsageError `INVALID_OPTION` unless the template has `{namespace}` once, and for a name of the shared namespace
   * that cannot be one.
   */
  constructor(
    private readonly template: string,
    readonly shared: string,
  ) {
    if (template.split(PLACE).length !== 2) {
      throw new UsageError('INVALID_OPTION', `A template of databases has ${PLACE} once.`, {
        details: { option: 'template', value: template.split('?')[0] },
      });
    }
    if (!NAMESPACE.test(shared)) throw invalid('shared', shared);
  }

  /** The path or URL of a namespace. */
  pathOf(namespace: string): string {
    return this.template.replace(PLACE, namespace);
  }

  /** Throws UsageError `INVALID_ARGUMENT` for what cannot be a namespace of projects. */
  require(namespace: string): string {
    if (!NAMESPACE.test(namespace)) throw invalid('namespace', namespace);
    if (namespace !== this.shared) return namespace;
    throw new UsageError(
      'INVALID_ARGUMENT',
      `The namespace '${namespace}' is the shared one, which has no project of its own: name another one.`,
      { details: { argument: 'namespace', value: namespace } },
    );
  }
}

/** The namespace of a project that nothing else is said of: its id in small letters, with `-` for all but letters and digits. */
export function namespaceFor(project: ProjectId): string {
  const plain = (project.toLowerCase().match(/[a-z0-9]+/g) ?? []).join('-').slice(0, LONGEST);
  return plain.endsWith('-') ? plain.slice(0, -1) : plain;
}

function invalid(name: string, value: string): UsageError {
  const code = name === 'shared' ? 'INVALID_OPTION' : 'INVALID_ARGUMENT';
  return new UsageError(
    code,
    `A namespace has 1 to ${LONGEST} small letters, digits and '-' between them; got ${JSON.stringify(value)}.`,
    { details: { [name === 'shared' ? 'option' : 'argument']: name, value } },
  );
}
