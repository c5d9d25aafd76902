import { seededRandom } from './statistics.js';

/** How the vectors of a data set lie. */
export interface VectorShape {
  readonly dimension: number;
  /** Directions in which they differ for the most part: the intrinsic dimension. */
  readonly latent: number;
  readonly clusters: number;
  /** Distance from the middle of a cluster, in units of the distance between clusters. */
  readonly spread: number;
  /** Independent noise on every number. */
  readonly noise: number;
}

export const CODE_LIKE: VectorShape = { dimension: 384, latent: 40, clusters: 200, spread: 0.7, noise: 0.03 };

/**
 * Vectors of length 1 with structure as embeddings have it: clusters of unequal size in few dimensions, turned into
 * many. The same seed and shape give the same vectors; `next` goes on where the last call ended.
 */
export class GeneratedVectors {
  private readonly random: () => number;
  private spare: number | undefined;
  private readonly projection: Float32Array;
  private readonly centres: Float32Array;

  constructor(
    seed: number,
    private readonly shape: VectorShape = CODE_LIKE,
  ) {
    this.random = seededRandom(seed);
    const { latent, dimension, clusters } = shape;
    this.projection = Float32Array.from({ length: latent * dimension }, () => this.normal() / Math.sqrt(latent));
    this.centres = Float32Array.from({ length: clusters * latent }, () => this.normal());
  }

  /** One vector after another in one matrix. */
  next(count: number): Float32Array {
    const { dimension } = this.shape;
    const matrix = new Float32Array(count * dimension);
    for (let row = 0; row < count; row++) this.fill(matrix, row * dimension);
    return matrix;
  }

  /** `count` vectors, each an array of its own. */
  list(count: number): Float32Array[] {
    const { dimension } = this.shape;
    const matrix = this.next(count);
    return Array.from({ length: count }, (_, row) => matrix.slice(row * dimension, (row + 1) * dimension));
  }

  private fill(matrix: Float32Array, offset: number): void {
    const { dimension, latent, clusters, spread, noise } = this.shape;
    // The product of two draws makes some clusters much larger than others.
    const cluster = Math.floor(this.random() * this.random() * clusters);
    for (let axis = 0; axis < latent; axis++) {
      const value = (this.centres[cluster * latent + axis] ?? 0) + spread * this.normal();
      for (let i = 0; i < dimension; i++) {
        // Every position is inside of both matrices.
        matrix[offset + i]! += value * this.projection[axis * dimension + i]!;
      }
    }
    let sum = 0;
    for (let i = offset; i < offset + dimension; i++) {
      matrix[i]! += noise * this.normal(); // As above.
      sum += matrix[i]! ** 2; // As above.
    }
    for (let i = offset; i < offset + dimension; i++) matrix[i]! /= Math.sqrt(sum); // As above.
  }

  /** The polar method of Marsaglia. */
  private normal(): number {
    const { spare } = this;
    if (spare !== undefined) {
      this.spare = undefined;
      return spare;
    }
    for (;;) {
      const [u, v] = [2 * this.random() - 1, 2 * this.random() - 1];
      const square = u * u + v * v;
      if (square === 0 || square >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = v * factor;
      return u * factor;
    }
  }
}
