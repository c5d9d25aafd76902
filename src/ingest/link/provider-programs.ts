import { OfferedNames, type Offered, type OfferedEntry } from '../../binding/index.js';
import type { ProjectId } from '../../model/index.js';
import { MissingFacts, PartialProgram, type Overlay, type ProgramStores } from '../sync/partial-program.js';

/** How a name is used, which decides between definitions that share it. */
export type Wanted = 'call' | 'type' | 'value';

/** What a package offers under a name does not depend on what compilers say of references. */
const NOTHING_REPLACED: Overlay = { files: [], removed: new Set(), routes: new Map(), hasPrecise: false };

/** The stored programs of projects whose packages others use; each is read as far as the questions need. */
export class ProviderPrograms {
  private readonly programs = new Map<ProjectId, PartialProgram>();
  private readonly names = new Map<ProjectId, OfferedNames>();

  constructor(private readonly stores: ProgramStores) {}

  /** What the first entry that there is offers under a path. */
  async find(
    project: ProjectId,
    entries: readonly { readonly entry: OfferedEntry; readonly path: string }[],
    path: string,
    wanted: Wanted,
  ): Promise<Offered | undefined> {
    const program = this.programOf(project);
    for (;;) {
      try {
        return this.namesOf(project, program).findFirst(entries, path, wanted);
      } catch (error) {
        if (!(error instanceof MissingFacts)) throw error;
        // What was left half answered is not to be gone on with.
        this.names.delete(project);
        await program.load();
      }
    }
  }

  private programOf(project: ProjectId): PartialProgram {
    let program = this.programs.get(project);
    if (program === undefined) {
      program = new PartialProgram(this.stores, project, NOTHING_REPLACED);
      this.programs.set(project, program);
    }
    return program;
  }

  private namesOf(project: ProjectId, program: PartialProgram): OfferedNames {
    let names = this.names.get(project);
    if (names === undefined) this.names.set(project, (names = new OfferedNames(program)));
    return names;
  }
}
