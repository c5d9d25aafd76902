/** What stands in the place of a vector that lies in another database: one number that is zero, which no vector is. */
export const ELSEWHERE_SQL = "X'00000000'";
const LENGTH = 4;

export function isElsewhere(bytes: Uint8Array | null): boolean {
  return bytes !== null && bytes.length === LENGTH && bytes.every((byte) => byte === 0);
}
