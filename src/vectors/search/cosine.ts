/**
 * Sum of products of two vectors. `offset` is where the second one starts in its matrix. The order of
 * additions is fixed, so that the same vectors give the same bits wherever they are compared.
 */
export function dotProduct(query: Float32Array, matrix: Float32Array, offset: number): number {
  const length = query.length;
  const whole = length - (length % 8);
  // Four sums, because each addition would otherwise wait for the one before it.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  // Positions below both lengths are never undefined; a check of each would take as long as the product.
  for (let i = 0, o = offset; i < whole; i += 8, o += 8) {
    a += query[i]! * matrix[o]! + query[i + 4]! * matrix[o + 4]!;
    b += query[i + 1]! * matrix[o + 1]! + query[i + 5]! * matrix[o + 5]!;
    c += query[i + 2]! * matrix[o + 2]! + query[i + 6]! * matrix[o + 6]!;
    d += query[i + 3]! * matrix[o + 3]! + query[i + 7]! * matrix[o + 7]!;
  }
  for (let i = whole; i < length; i++) a += query[i]! * matrix[offset + i]!;
  return a + b + (c + d);
}

/** 1 divided by the length of a vector; not finite or 0 when it has no direction. */
export function inverseLength(matrix: Float32Array, offset: number, dimension: number): number {
  let sum = 0;
  // As above: the caller's matrix holds the whole vector.
  for (let i = offset; i < offset + dimension; i++) sum += matrix[i]! * matrix[i]!;
  return 1 / Math.sqrt(sum);
}

/** A vector of length 1 in the same direction. Numbers of any finite size keep their proportions. */
export function unitVector(vector: Float32Array): Float32Array {
  const scale = inverseLength(vector, 0, vector.length);
  return Float32Array.from(vector, (value) => value * scale);
}
