import type { Notes } from '../document/notes.js';
import type { PythonRequirement, RequirementsFile } from './python-facts.js';
import { parseRequirement } from './requirement.js';

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/**
 * Reads pip's requirements format: requirements of PEP 508, options, `-r` and `-c` of other files, folders, addresses and
 * continued lines. Hashes and the options of indexes are passed over. All of it is `normal`: what a file is for is known by
 * its name.
 */
export function parseRequirementsFile(text: string, notes: Notes): RequirementsFile {
  const requirements: PythonRequirement[] = [];
  const includes: RequirementsFile['includes'][number][] = [];
  const folders: RequirementsFile['folders'][number][] = [];
  for (const { text: content, line } of logicalLines(text)) {
    const include = /^(?:-r|--requirement|-c|--constraint)(?:\s+|=|(?=[^-\s=]))(.+)$/.exec(content);
    if (include !== null) {
      const target = (include[1] ?? '').trim();
      // An address on the net is no file of the project.
      if (!/^[a-z]+:\/\//i.test(target)) {
        includes.push({ text: target, line, isConstraint: /^(?:-c|--constraint)/.test(content) });
      }
      continue;
    }
    const editable = /^(?:-e|--editable)(?:\s+|=)(.+)$/.exec(content)?.[1]?.trim();
    if (editable === undefined && content.startsWith('-')) continue;
    const wanted = (editable ?? content).split(/(?<!\s)\s+--/, 1)[0]?.trim() ?? '';
    const found = /^[./\\]/.test(wanted) ? undefined : parseRequirement(nameOfAddress(wanted), 'normal', line);
    if (found !== undefined && !(editable !== undefined && /^[^@]*\//.test(wanted))) requirements.push(found);
    else if (isFolder(wanted, editable !== undefined)) folders.push({ text: withoutExtras(wanted), line });
    else if (!/^[a-z+]+:\/\/|\.whl$|\.zip$|\.tar\.\w+$/i.test(wanted)) {
      notes.add(line, `'${wanted.slice(0, 100)}' is no requirement as pip reads them.`);
    }
  }
  return { requirements, includes, folders };
}

/** `git+https://host/x.git#egg=name` says the name at its end. */
function nameOfAddress(wanted: string): string {
  const egg = /^[a-z+]+:\/\/\S*#(?:\S*&)?egg=([\w.-]+)/i.exec(wanted)?.[1];
  return egg === undefined ? wanted : `${egg} @ ${wanted}`;
}

function isFolder(wanted: string, isEditable: boolean): boolean {
  return /^(?:\.|file:|\/|[A-Za-z]:[\\/])/.test(wanted)
    ? !/\.(?:whl|zip|tar\.\w+)$/.test(wanted)
    : isEditable && !wanted.includes('://');
}

function withoutExtras(wanted: string): string {
  return wanted
    .replace(/^file:(?:\/\/)?/, '')
    .replace(/\[[^\]]*\]$/, '')
    .replace(/(?<!\s)\s*;.*$/, '');
}

/** Lines without comments; a backslash at the end joins the next one, and the first one's number counts. */
function logicalLines(text: string): LogicalLine[] {
  const lines: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const content = raw.replace(/(?:^|\s)#.*$/, '').trimEnd();
    const isContinued = content.endsWith('\\');
    const part = (isContinued ? content.slice(0, -1) : content).trim();
    open = open === undefined ? { text: part, line: index + 1 } : { ...open, text: `${open.text} ${part}`.trim() };
    if (isContinued) continue;
    if (open.text !== '') lines.push(open);
    open = undefined;
  }
  if (open !== undefined && open.text !== '') lines.push(open);
  return lines;
}
