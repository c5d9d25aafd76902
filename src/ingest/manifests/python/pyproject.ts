import type { DependencyKind } from '../../../model/index.js';
import type { Data } from '../document/data.js';
import type { Notes, Placed } from '../document/notes.js';
import { readToml } from '../document/toml.js';
import { layoutOf } from './pyproject-layout.js';
import type { Pyproject, PythonRequirement } from './python-facts.js';
import { normalisedName, parseRequirement, requirement } from './requirement.js';

/** Reads pyproject.toml: PEP 621, poetry, PEP 735 groups, uv's sources and workspaces, and how the common builds find modules. */
export function parsePyproject(text: string, notes: Notes): Pyproject {
  const root = readToml(text, notes);
  const project = root.at('project');
  const poetry = root.at('tool', 'poetry');
  const name = project.at('name').text ?? poetry.at('name').text ?? null;
  const workspace = root.at('tool', 'uv', 'workspace');
  const declared = [...standardRequirements(root, notes), ...poetryRequirements(poetry, notes)];
  return {
    name,
    version: project.at('version').text ?? poetry.at('version').text ?? null,
    isProject:
      name !== null || project.kind === 'map' || poetry.kind === 'map' || root.at('build-system').kind === 'map',
    requirements: withSources(declared, root.at('tool', 'uv', 'sources')),
    layout: layoutOf(root, name),
    workspace:
      workspace.kind === 'map'
        ? { members: placed(workspace.at('members')), exclude: placed(workspace.at('exclude')) }
        : null,
  };
}

function placed(list: Data): Placed[] {
  return list.items().flatMap((item) => (item.text === undefined ? [] : { text: item.text, line: item.line }));
}

function standardRequirements(root: Data, notes: Notes): PythonRequirement[] {
  const project = root.at('project');
  return [
    ...requirementList(project.at('dependencies'), 'normal', notes),
    ...groups(project.at('optional-dependencies'), 'optional', notes),
    ...groups(root.at('dependency-groups'), 'development', notes),
    ...requirementList(root.at('tool', 'uv', 'dev-dependencies'), 'development', notes),
    ...groups(root.at('tool', 'pdm', 'dev-dependencies'), 'development', notes),
    ...requirementList(root.at('build-system', 'requires'), 'build', notes),
  ];
}

/** A group may hold `{include-group = …}`, whose requirements are listed in that group. */
function groups(data: Data, kind: DependencyKind, notes: Notes): PythonRequirement[] {
  return data.entries().flatMap(([, list]) => requirementList(list, kind, notes));
}

function requirementList(list: Data, kind: DependencyKind, notes: Notes): PythonRequirement[] {
  return list.items().flatMap((item) => {
    if (item.text === undefined) return [];
    const found = parseRequirement(item.text, kind, item.line);
    if (found === undefined)
      notes.add(item.line, `'${item.text.slice(0, 100)}' is no requirement as PEP 508 has them.`);
    return found ?? [];
  });
}

function poetryRequirements(poetry: Data, notes: Notes): PythonRequirement[] {
  const optionalGroups = poetry.at('group').entries();
  return [
    ...poetryTable(poetry.at('dependencies'), 'normal', notes),
    ...poetryTable(poetry.at('dev-dependencies'), 'development', notes),
    ...optionalGroups.flatMap(([group, data]) =>
      poetryTable(data.at('dependencies'), group === 'main' ? 'normal' : 'development', notes),
    ),
  ];
}

function poetryTable(table: Data, kind: DependencyKind, notes: Notes): PythonRequirement[] {
  return table.entries().flatMap(([name, data]) => {
    if (name.toLowerCase() === 'python') return [];
    // The same package may be wanted in several versions, for several systems.
    const wishes = data.kind === 'list' ? data.items() : [data];
    return wishes.flatMap((wish) => {
      if (wish.text !== undefined)
        return requirement(name, wish.text === '*' ? null : wish.text, kind, null, wish.line);
      if (wish.kind !== 'map') {
        notes.add(wish.line, `The version of '${name}' is neither a text nor a table.`);
        return [];
      }
      return tableRequirement(name, wish, kind);
    });
  });
}

/** `{version, path, git, url, optional}`, as poetry, pipenv and uv write them. */
export function tableRequirement(name: string, wish: Data, kind: DependencyKind): PythonRequirement {
  const version = wish.at('version').text;
  const range = version ?? wish.at('git').text ?? wish.at('url').text ?? null;
  const path = wish.at('path');
  const isOptional = wish.at('optional').isTrue;
  return requirement(name, range === '*' ? null : range, isOptional ? 'optional' : kind, path.text ?? null, path.line);
}

/** uv says in a table of its own where packages come from: `{workspace = true}`, `{path = "…"}`. */
function withSources(requirements: readonly PythonRequirement[], sources: Data): PythonRequirement[] {
  const byName = new Map(sources.entries().map(([name, source]) => [normalisedName(name), source] as const));
  return requirements.map((wanted) => {
    const found = byName.get(wanted.name);
    const source = found?.kind === 'list' ? found.items()[0] : found;
    if (source === undefined) return wanted;
    const path = source.at('path');
    return {
      ...wanted,
      isWorkspace: source.at('workspace').isTrue,
      path: path.text === undefined ? wanted.path : { text: path.text, line: path.line },
    };
  });
}
