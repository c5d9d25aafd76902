/**
 * A stem is a path without the endings of its file name. Languages try several endings for one import,
 * so the files of one stem are asked for together.
 */

/** `lib/a.d.ts` → `lib/a`. */
export function stemOf(path: string): string {
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1);
  return dot < 0 ? path : path.slice(0, dot);
}

/** The folder that a file stands for, when it stands for one; its stem's answer has the file too. */
export function folderStemOf(path: string): string | undefined {
  const match = /^(.+)\/(?:index|__init__|mod)\.[^/]*$/.exec(path);
  return match?.[1];
}
