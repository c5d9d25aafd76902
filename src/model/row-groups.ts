/** Rows by the group they belong to: group `g` has the rows from `offsets[g]` up to `offsets[g + 1]`. */
export interface Groups {
  readonly offsets: Uint32Array;
  readonly rows: Uint32Array;
}

/** Groups rows by a number below `groups`; inside a group they keep the order they are given in. */
export function groupRows(groupOf: Uint32Array | Uint8Array, groups: number, order?: Uint32Array): Groups {
  const offsets = new Uint32Array(groups + 1);
  for (let row = 0; row < groupOf.length; row++) {
    const group = (groupOf[row] ?? 0) + 1;
    offsets[group] = (offsets[group] ?? 0) + 1;
  }
  for (let group = 0; group < groups; group++) offsets[group + 1] = (offsets[group + 1] ?? 0) + (offsets[group] ?? 0);
  const next = offsets.slice(0, groups);
  const rows = new Uint32Array(groupOf.length);
  for (let at = 0; at < groupOf.length; at++) {
    const row = order === undefined ? at : (order[at] ?? 0);
    const group = groupOf[row] ?? 0;
    const place = next[group] ?? 0;
    rows[place] = row;
    next[group] = place + 1;
  }
  return { offsets, rows };
}
