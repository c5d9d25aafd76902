import type { Notes } from '../document/notes.js';
import { childOf, childrenOf, readXml, textOf, type XmlElement } from '../document/xml.js';
import type { Pom, PomDependency } from './pom-facts.js';

/** Reads a pom.xml. Profiles are left out: which are active is known when it is built. */
export function parsePom(text: string, notes: Notes): Pom {
  const root = readXml(text, notes);
  const project = root?.name === 'project' ? root : undefined;
  if (root !== undefined && project === undefined)
    notes.add(root.line, `The root element is '${root.name}', not 'project'.`);
  const parent = childOf(project, 'parent');
  return {
    group: textOf(project, 'groupId'),
    artifact: textOf(project, 'artifactId'),
    version: textOf(project, 'version'),
    parent: parent === undefined ? null : parentOf(parent),
    properties: (childOf(project, 'properties')?.children ?? []).map(({ name, text: value }) => ({ name, value })),
    modules: childrenOf(project, 'modules', 'module').flatMap(({ text: module, line }) =>
      module === '' ? [] : { text: module, line },
    ),
    dependencies: childrenOf(project, 'dependencies', 'dependency').map(dependencyOf),
    managed: childrenOf(project, 'dependencyManagement', 'dependencies', 'dependency').map(dependencyOf),
    sourceFolder: textOf(project, 'build', 'sourceDirectory'),
  };
}

function parentOf(parent: XmlElement): NonNullable<Pom['parent']> {
  const path = childOf(parent, 'relativePath');
  const written = path === undefined ? '../pom.xml' : path.text;
  return {
    group: textOf(parent, 'groupId'),
    artifact: textOf(parent, 'artifactId'),
    version: textOf(parent, 'version'),
    relativePath: written === '' ? null : { text: written, line: path?.line ?? parent.line },
    line: parent.line,
  };
}

function dependencyOf(dependency: XmlElement): PomDependency {
  return {
    group: textOf(dependency, 'groupId'),
    artifact: textOf(dependency, 'artifactId'),
    version: textOf(dependency, 'version'),
    scope: textOf(dependency, 'scope'),
    type: textOf(dependency, 'type'),
    isOptional: textOf(dependency, 'optional') === 'true',
    line: dependency.line,
  };
}
