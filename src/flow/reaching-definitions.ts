import { ENTRY, isTaken, type Cfg } from './cfg.js';

/** A place where a variable gets, or may get, a new value. */
interface Definition {
  readonly step: number;
  readonly kills: boolean;
}

/** The definitions of a function, numbered so that those of a variable are one run of bits. */
class Definitions {
  readonly list: Definition[] = [];
  private readonly runs = new Map<string, { from: number; to: number }>();
  private readonly ofStep: { readonly variable: string; readonly index: number; readonly kills: boolean }[][];

  constructor(private readonly cfg: Cfg) {
    this.ofStep = cfg.steps.map(() => []);
    const byVariable = new Map<string, Definition[]>();
    const add = (variable: string, definition: Definition): void => {
      const known = byVariable.get(variable);
      if (known === undefined) byVariable.set(variable, [definition]);
      else known.push(definition);
    };
    cfg.steps.forEach(({ defs, mayDefs }, step) => {
      for (const variable of new Set(mayDefs)) if (!defs.includes(variable)) add(variable, { step, kills: false });
      for (const variable of new Set(defs)) add(variable, { step, kills: true });
    });
    for (const [variable, definitions] of byVariable) {
      this.runs.set(variable, { from: this.list.length, to: this.list.length + definitions.length });
      for (const { step, kills } of definitions) {
        this.ofStep[step]?.push({ variable, index: this.list.length, kills });
        this.list.push({ step, kills });
      }
    }
  }

  get words(): number {
    return (this.list.length + 31) >>> 5;
  }

  /** Changes the set of what reaches a step to what reaches the place behind it. */
  apply(step: number, reaching: Uint32Array): void {
    for (const { variable, index, kills } of this.ofStep[step] ?? []) {
      const run = this.runs.get(variable);
      for (let at = run?.from ?? 0; kills && at < (run?.to ?? 0); at++) clear(reaching, at);
      reaching[index >>> 5] = (reaching[index >>> 5] ?? 0) | (1 << (index & 31));
    }
  }

  /** The steps whose definitions of what a step uses are in the set. */
  usedBy(step: number, reaching: Uint32Array): number[] {
    const from = new Set<number>();
    for (const variable of this.cfg.steps[step]?.uses ?? []) {
      const run = this.runs.get(variable);
      for (let at = run?.from ?? 0; at < (run?.to ?? 0); at++) {
        if (has(reaching, at)) from.add(this.list[at]?.step ?? 0);
      }
    }
    return [...from].sort((a, b) => a - b);
  }
}

function has(bits: Uint32Array, at: number): boolean {
  return ((bits[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
}

function clear(bits: Uint32Array, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] ?? 0) & ~(1 << (at & 31));
}

/**
 * The def-use chains of a function: for each step, in rising order, the steps whose value of a variable
 * it may see. Reaching definitions by a work list over bit sets; code that cannot run sees nothing.
 */
export function dataDependence(cfg: Cfg): number[][] {
  const definitions = new Definitions(cfg);
  const before = reachingBlocks(cfg, definitions);
  const chains: number[][] = cfg.steps.map(() => []);
  cfg.blocks.forEach(({ from, to }, block) => {
    const reaching = before[block]?.slice();
    if (reaching === undefined) return;
    for (let step = from; step < to; step++) {
      chains[step] = definitions.usedBy(step, reaching);
      definitions.apply(step, reaching);
    }
  });
  return chains;
}

/** What reaches the start of each block; undefined for those that cannot run. */
function reachingBlocks(cfg: Cfg, definitions: Definitions): (Uint32Array | undefined)[] {
  const leaving: { to: number; isSudden: boolean }[][] = cfg.blocks.map(() => []);
  for (const { from, to, kind } of cfg.edges)
    if (isTaken(kind)) leaving[from]?.push({ to, isSudden: kind === 'throws' });
  const before: (Uint32Array | undefined)[] = cfg.blocks.map(() => undefined);
  before[ENTRY] = new Uint32Array(definitions.words);
  const waiting = new Set([ENTRY]);
  for (const block of waiting) {
    waiting.delete(block);
    const start = before[block];
    const { from, to } = cfg.blocks[block] ?? { from: 0, to: 0 };
    if (start === undefined) continue;
    const after = start.slice();
    // What a step throws, it may throw before or after it took effect.
    const within = start.slice();
    for (let step = from; step < to; step++) {
      definitions.apply(step, after);
      unite(within, after);
    }
    for (const { to: target, isSudden } of leaving[block] ?? []) {
      const arriving = isSudden ? within : after;
      const known = before[target];
      if (known === undefined) before[target] = arriving.slice();
      else if (!unite(known, arriving)) continue;
      waiting.add(target);
    }
  }
  return before;
}

/** Adds a set to another one; was there anything new? */
function unite(bits: Uint32Array, more: Uint32Array): boolean {
  let isNew = false;
  for (let at = 0; at < bits.length; at++) {
    const united = ((bits[at] ?? 0) | (more[at] ?? 0)) >>> 0;
    if (united === bits[at]) continue;
    bits[at] = united;
    isNew = true;
  }
  return isNew;
}
