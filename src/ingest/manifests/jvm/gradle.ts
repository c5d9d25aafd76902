import type { DependencyKind } from '../../../model/index.js';
import { Lines } from '../document/lines.js';
import type { GradleBuild, GradleProperties, GradleSettings } from './gradle-facts.js';

const QUOTED = String.raw`(?:'([^'\n]*)'|"([^"\n]*)")`;

/**
 * Reads what stands as a plain literal in a build.gradle or build.gradle.kts: group, version, dependencies as
 * `'group:artifact:version'` or named parts, and `project(':x')`. Nothing is run, and what is computed is left out; so are
 * version catalogs.
 */
export function parseGradleBuild(text: string): GradleBuild {
  const code = withoutComments(text);
  const lines = new Lines(text);
  const blocks = blocksOf(code);
  const own = blankBlocks(code, blocks, [
    'allprojects',
    'subprojects',
    'buildscript',
    'dependencies',
    'plugins',
    'publishing',
    'pluginManagement',
  ]);
  const below = blocks.filter(({ name }) => name === 'allprojects' || name === 'subprojects').map(({ body }) => body);
  const dependencies: GradleBuild['dependencies'][number][] = [];
  const projects: GradleBuild['projects'][number][] = [];
  const hidden = blankBlocks(code, blocks, ['buildscript', 'allprojects', 'subprojects', 'pluginManagement']);
  for (const { start, body } of blocksOf(hidden).filter(({ name }) => name === 'dependencies')) {
    for (const match of body.matchAll(/^[ \t]*([a-z]\w*)\b[ \t]*\(?[ \t]*(.*)$/gm)) {
      const [, configuration = '', wanted = ''] = match;
      const kind = kindOf(configuration);
      if (kind === undefined) continue;
      const project = new RegExp(`^project\\s*\\(\\s*(?:path\\s*[:=]\\s*)?${QUOTED}`).exec(wanted);
      const line = lines.at(start + match.index);
      if (project !== null) projects.push({ path: { text: project[1] ?? project[2] ?? '', line }, kind });
      else {
        const found = coordinates(wanted);
        if (found !== undefined) dependencies.push({ ...found, kind });
      }
    }
  }
  return {
    group: assigned(own, 'group'),
    version: assigned(own, 'version'),
    shared: {
      group: below.map((body) => assigned(body, 'group')).find((group) => group !== null) ?? null,
      version: below.map((body) => assigned(body, 'version')).find((version) => version !== null) ?? null,
    },
    dependencies,
    projects,
  };
}

export function parseGradleSettings(text: string): GradleSettings {
  const code = withoutComments(text);
  const lines = new Lines(text);
  const includes = [...code.matchAll(/^[ \t]*include\b[ \t]*\(?((?:\s*(?:'[^'\n]*'|"[^"\n]*")\s*,?)+)/gm)].flatMap(
    (call) =>
      [...(call[1] ?? '').matchAll(new RegExp(QUOTED, 'g'))].map((path) => ({
        text: path[1] ?? path[2] ?? '',
        line: lines.at(call.index + call[0].indexOf(call[1] ?? '') + path.index),
      })),
  );
  const placed = new RegExp(
    `project\\s*\\(\\s*${QUOTED}\\s*\\)\\s*\\.\\s*projectDir\\s*=\\s*(?:new\\s+File\\s*\\(\\s*(?:settingsDir|rootDir)\\s*,|file\\s*\\()\\s*${QUOTED}`,
    'g',
  );
  const folders = [...code.matchAll(placed)].map((match) => ({
    project: match[1] ?? match[2] ?? '',
    folder: { text: match[3] ?? match[4] ?? '', line: lines.at(match.index) },
  }));
  return { rootName: assigned(code, 'rootProject\\.name'), includes, folders };
}

export function parseGradleProperties(text: string): GradleProperties {
  const value = (name: string) =>
    new RegExp(`^[ \\t]*${name}[ \\t]*[=:][ \\t]*(\\S.*?)[ \\t]*$`, 'm').exec(text)?.[1] ?? null;
  return { group: value('group'), version: value('version') };
}

function assigned(code: string, name: string): string | null {
  const match = new RegExp(`^[ \\t]*(?:project\\.)?${name}[ \\t]*(?:=[ \\t]*)?${QUOTED}[ \\t]*;?[ \\t]*$`, 'm').exec(
    code,
  );
  return literal(match?.[1] ?? match?.[2]);
}

function literal(text: string | undefined): string | null {
  return text === undefined || text === '' || text.includes('$') ? null : text;
}

function coordinates(wanted: string): { group: string; artifact: string; version: string | null } | undefined {
  // `platform('…')` brings versions, not classes.
  const plain = new RegExp(`^${QUOTED}`).exec(wanted);
  if (plain !== null) {
    const [group = '', artifact = '', version] = (plain[1] ?? plain[2] ?? '').split(':');
    if (!/^[\w.-]+$/.test(group) || !/^[\w.-]+$/.test(artifact)) return undefined;
    return { group, artifact, version: literal(version?.replace(/@\w+$/, '')) };
  }
  const part = (name: string) => {
    const match = new RegExp(`\\b${name}\\s*[:=]\\s*${QUOTED}`).exec(wanted);
    return literal(match?.[1] ?? match?.[2]);
  };
  const group = part('group');
  const artifact = part('name');
  return group === null || artifact === null ? undefined : { group, artifact, version: part('version') };
}

function kindOf(configuration: string): DependencyKind | undefined {
  if (/^(?:test|androidTest|integrationTest|jmh)\w*/.test(configuration)) return 'development';
  if (configuration === 'compileOnly' || configuration === 'compileOnlyApi' || configuration === 'providedCompile')
    return 'peer';
  if (/^(?:annotationProcessor|kapt|ksp)$/.test(configuration)) return 'build';
  return /^(?:api|implementation|compile|runtime|runtimeOnly)$|(?:Api|Implementation|RuntimeOnly)$/.test(configuration)
    ? 'normal'
    : undefined;
}

/** Spaces in place of comments, so that offsets stay right. Texts are passed over. */
function withoutComments(text: string): string {
  const token =
    /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
  return text.replace(token, (found) => (found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found));
}

interface Block {
  readonly name: string;
  /** Where the body starts and ends. */
  readonly start: number;
  readonly end: number;
  readonly body: string;
}

/** The blocks `name { … }` at the top; braces in texts do not count. */
function blocksOf(code: string): Block[] {
  const blocks: Block[] = [];
  const token = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}]/g;
  let depth = 0;
  let open: { name: string; start: number } | undefined;
  for (const { 0: found, index } of code.matchAll(token)) {
    if (found === '{') {
      if (depth === 0) {
        open = { name: /(\w+)[ \t]*$/.exec(code.slice(Math.max(0, index - 80), index))?.[1] ?? '', start: index + 1 };
      }
      depth++;
    } else if (found === '}' && depth > 0) {
      depth--;
      if (depth === 0 && open !== undefined) blocks.push({ ...open, end: index, body: code.slice(open.start, index) });
    }
  }
  return blocks;
}

function blankBlocks(code: string, blocks: readonly Block[], names: readonly string[]): string {
  return blocks
    .filter(({ name }) => names.includes(name))
    .reduce(
      (text, { start, end }) => text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end),
      code,
    );
}
