/** Edits of generated modules as functions of their text. The same number gives the same text, another a new one. */
export type EditKind = 'comment' | 'body' | 'call' | 'interface';

export const EDIT_KINDS: readonly EditKind[] = ['comment', 'body', 'call', 'interface'];

/** Applies one edit. Throws an Error when the text is not that of a generated module. */
export function editText(text: string, kind: EditKind, number: number): string {
  switch (kind) {
    case 'comment':
      return replaceOne(text, /\/\/ Reviewed \d+ times\./, `// Reviewed ${number} times.`);
    case 'body':
      return replaceOne(text, /const weight = \d+;/, `const weight = ${number};`);
    case 'call': {
      const entry = /export function (\w+)\(origin: number\)/.exec(text)?.[1];
      return replaceOne(text, /const weight = \d+;/, `const weight = ${entry ?? 'unknown'}(${number});`);
    }
    case 'interface':
      return replaceOne(text, /\(origin: number\)/, `(origin: number, precision${number}?: number)`);
  }
}

/** What another branch has in place of a module: a different body in each, a different interface in one of four. */
export function branchText(text: string, position: number, number: number): string {
  const body = editText(text, 'body', number);
  return position % 4 === 0 ? editText(body, 'interface', number) : body;
}

/** Gives a function another name where it is defined, and nowhere else. */
export function renameDefinition(text: string, name: string, newName: string): string {
  return replaceOne(text, new RegExp(`export function ${name}\\(`), `export function ${newName}(`);
}

function replaceOne(text: string, pattern: RegExp, replacement: string): string {
  const edited = text.replace(pattern, () => replacement);
  if (edited === text) throw new Error(`The edit changes nothing: ${String(pattern)} gives ${replacement}.`);
  return edited;
}
