/** A row with what it was wanted for. */
export type Wanted<T, K = string> = T & { readonly wanted: K };

/** A list as one parameter, for `json_each`. */
export function list(values: Iterable<string | number>): string {
  return JSON.stringify([...values]);
}

/** Rows under what wanted them, in their order. */
export function grouped<K, T extends { readonly wanted: K }>(
  rows: readonly T[],
): Map<T['wanted'], Omit<T, 'wanted'>[]> {
  const lists = new Map<T['wanted'], Omit<T, 'wanted'>[]>();
  for (const { wanted, ...row } of rows) {
    const group = lists.get(wanted);
    if (group === undefined) lists.set(wanted, [row]);
    else group.push(row);
  }
  return lists;
}
