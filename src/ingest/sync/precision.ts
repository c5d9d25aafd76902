import type { FactReader, StoredPrecise } from '../../graph/index.js';
import { describes, type NodeHash, type PreciseFile, type ProjectId } from '../../model/index.js';
import type { FileChange, NumberedFile } from './changed-things.js';

/** What {@link Precision} has to know of a run. */
export interface PrecisionInput {
  readonly projectId: ProjectId;
  readonly contents: readonly { readonly path: string; readonly contentHash: NodeHash }[];
  readonly precise?: ReadonlyMap<string, PreciseFile | undefined>;
}

/**
 * Which files are as a compiler saw them, and what it said of those: before a run, and after it. That
 * depends on the files as they are and on what was imported, and on nothing else.
 */
export class Precision {
  private readonly contents: ReadonlyMap<string, NodeHash>;

  private constructor(
    private readonly reader: FactReader,
    private readonly input: PrecisionInput,
    private readonly stored: ReadonlyMap<string, StoredPrecise>,
    /** Is there any file of the project of which a compiler told? */
    readonly isAny: boolean,
  ) {
    this.contents = new Map(input.contents.map(({ path, contentHash }) => [path, contentHash]));
  }

  static async read(reader: FactReader, input: PrecisionInput & RunPaths): Promise<Precision> {
    const { projectId, parsed, removed, precise } = input;
    const isAny = precise !== undefined || (await reader.hasPrecise(projectId));
    const paths = [...parsed.map(({ path }) => path), ...removed];
    return new Precision(reader, input, isAny ? await reader.precise(projectId, paths) : new Map(), isAny);
  }

  /** The changes, with what compilers say of the files as they were and as they are. */
  ofChanges(changes: readonly FileChange[]): FileChange[] {
    if (!this.isAny) return [...changes];
    return changes.map((change) => {
      const { path, before, after } = change;
      const stored = this.stored.get(path);
      const told = this.input.precise?.has(path) === true ? this.input.precise.get(path) : stored?.precise;
      const contentHash = this.contents.get(path) ?? stored?.currentHash;
      return {
        path,
        before: before === undefined ? undefined : counting(before, stored?.precise, stored?.currentHash),
        after: after === undefined ? undefined : counting(after, told, contentHash),
      };
    });
  }

  /** Stored files that stay as they are, with what compilers say of them. */
  async ofKept(files: readonly NumberedFile[]): Promise<readonly NumberedFile[]> {
    if (!this.isAny || files.length === 0) return files;
    const all = await this.reader.precise(this.input.projectId);
    return files.map((file) => {
      const stored = all.get(file.facts.path);
      return stored === undefined ? file : counting(file, stored.precise, stored.currentHash);
    });
  }
}

interface RunPaths {
  readonly parsed: readonly { readonly path: string }[];
  readonly removed: ReadonlySet<string>;
}

function counting(
  { facts, ids }: NumberedFile,
  precise: PreciseFile | undefined,
  contentHash: NodeHash | undefined,
): NumberedFile {
  const counts = precise !== undefined && describes(precise, contentHash, facts);
  return counts ? { facts, ids, precise } : { facts, ids };
}
