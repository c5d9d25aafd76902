import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Dice } from './dice.js';

/** The sources of a library of some 250 files, or a folder of them. */
export function realSources(folder = ''): string {
  return join(dirname(createRequire(import.meta.url).resolve('rxjs/package.json')), 'src', folder);
}

/** A copy of a real source tree that is edited at random. What is on disk is all there is to know of it. */
export class SourceTree {
  private constructor(
    readonly root: string,
    private readonly original: string,
  ) {}

  static copy(original: string, root: string): SourceTree {
    cpSync(original, root, { recursive: true });
    return new SourceTree(root, original);
  }

  /** A tree that was copied before, maybe by another process. */
  static at(original: string, root: string): SourceTree {
    return new SourceTree(root, original);
  }

  /** Changes a few files: real edits, moves, deletions and what undoes them. */
  edit(dice: Dice): void {
    for (let left = 1 + dice.below(4); left > 0; left--) this.editOne(dice);
  }

  private editOne(dice: Dice): void {
    const file = join(this.root, dice.pick(sourcesIn(this.root)));
    const text = readFileSync(file, 'utf8');
    const name = `added${dice.below(50)}`;
    switch (dice.below(8)) {
      case 0:
        return writeFileSync(file, `${text}\nexport function ${name}() { return ${name}.length; }\n`);
      case 1:
        return writeFileSync(file, `// A note ${dice.below(1000)}.\n${text}`);
      case 2:
        return writeFileSync(file, withoutLines(text, dice));
      case 3:
        return writeFileSync(file, renamed(text, dice));
      case 4:
        return rmSync(file);
      case 5:
        return writeFileSync(file.replace(/\.ts$/, `-${dice.below(9)}.ts`), text);
      default:
        return this.restore(dice);
    }
  }

  /** A file is again as it was at first. */
  private restore(dice: Dice): void {
    const path = dice.pick(sourcesIn(this.original));
    writeFileSync(join(this.root, path), readFileSync(join(this.original, path)));
  }
}

function withoutLines(text: string, dice: Dice): string {
  const lines = text.split('\n');
  lines.splice(dice.below(lines.length), 1 + dice.below(6));
  return lines.join('\n');
}

/** One of the names that the text exports is another, here alone: who imports it no longer finds it. */
function renamed(text: string, dice: Dice): string {
  const names = [...text.matchAll(/export (?:function|class|const) (\w+)/g)].map((match) => match[1] ?? '');
  if (names.length === 0) return `${text}\nexport const nothing = ${dice.below(9)};\n`;
  return text.replaceAll(new RegExp(`\\b${dice.pick(names)}\\b`, 'g'), `renamed${dice.below(20)}`);
}

/** Paths of the TypeScript files below a folder, in order. */
export function sourcesIn(root: string): string[] {
  if (!existsSync(root)) return [];
  const all = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return all.filter((path) => path.endsWith('.ts')).sort();
}

/** Writes copies of sources until they have so many lines, and gives the folder; each is a folder that imports nothing of the others. */
export function writeLargeTree(root: string, original: string, amount: number): string {
  for (let lines = 0, copy = 0; lines < amount; copy++) {
    const target = join(root, `copy${copy}`);
    cpSync(original, target, { recursive: true });
    for (const path of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.ts')) continue;
      const file = join(target, path);
      // Each file is another one, so that none is recalled instead of parsed.
      const text = `${readFileSync(file, 'utf8')}\nexport const copy${copy} = ${lines};\n`;
      writeFileSync(file, text);
      lines += text.split('\n').length;
    }
  }
  return root;
}
