import { z } from 'zod';

/** What one child process is asked to do. */
export const childTask = z.object({
  mode: z.enum(['cold', 'edits', 'no-change']),
  /** Path of the built public face. */
  library: z.string(),
  folder: z.string(),
  database: z.string(),
  /** The generated tree in `folder`. */
  shape: z.object({ variant: z.enum(['regular', 'tiny']), symbols: z.number(), seed: z.number() }),
  round: z.number(),
  /** Edits of each kind. */
  repetitions: z.number(),
  /** No further repetition is begun after this long. */
  budgetMs: z.number(),
});

const recomputed = z.object({ parse: z.number(), analysis: z.number(), bindings: z.number() });

/** One measured call of `index`. */
const sample = z.object({
  indexMs: z.number(),
  /** The same files read and parsed, or looked at, by a bare loop; null where nothing of the kind is needed. */
  floorMs: z.number().nullable(),
  recomputed,
});

export const coldRun = z.object({
  /** The call of `index` alone, on a new store. */
  indexMs: z.number(),
  /** What all threads of the process had of the processors during it. */
  processorMs: z.number(),
  files: z.number(),
  nodes: z.number(),
  edges: z.number(),
});

export const editRun = z.object({
  /** The first call in the process, with nothing changed. */
  firstMs: z.number(),
  /** The first edit in the process; null when nothing was edited. */
  firstEditMs: z.number().nullable(),
  /** Does `index` leave files alone that are not among the changed ones it is given? Null when that was not tried. */
  honoursChanged: z.boolean().nullable(),
  /** By kind of work, as {@link WORKS} names them. */
  samples: z.record(z.string(), z.array(sample)),
});

export type ChildTask = z.infer<typeof childTask>;
export type Recomputed = z.infer<typeof recomputed>;
export type Sample = z.infer<typeof sample>;
export type ColdRun = z.infer<typeof coldRun> & { readonly peakRssBytes: number | null; readonly sizeBytes: number };
export type EditRun = z.infer<typeof editRun> & { readonly peakRssBytes: number | null };

/** Kinds of work with what readers call them, in the order of the tables. */
export const WORKS = {
  stat: 'no change, by stat',
  watched: 'no change, watched',
  comment: 'comment edit',
  body: 'body edit',
  undo: 'undo of a body edit',
  call: 'body edit that adds a call',
  interface: 'interface edit',
  rename: 'rename with 200 users',
  renameBack: 'rename back',
  branchNew: 'to a new branch, 5% of the files',
  branchBack: 'back from the branch',
  branchAgain: 'to the branch again',
} as const;

export type Work = keyof typeof WORKS;

export const WORK_KINDS = Object.keys(WORKS) as readonly Work[];
