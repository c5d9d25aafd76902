/**
 * Compares two texts as their UTF-8 bytes compare, without encoding them.
 *
 * JavaScript compares UTF-16 units, which puts surrogate pairs (U+10000 and above) before
 * U+E000–U+FFFF; in UTF-8 they come after.
 */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return byteRank(left) - byteRank(right);
  }
  return a.length - b.length;
}

function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
