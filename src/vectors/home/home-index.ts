import { ChosenIndex } from '../search/chosen-index.js';
import type { VectorIndex } from '../search/vector-index.js';
import type { VectorHome } from './vector-home.js';

/**
 * Searches where the vectors are while all of them are there; while some still lie with the graph, by reading them from
 * wherever they lie.
 */
export class HomeIndex extends ChosenIndex {
  constructor(
    private readonly home: VectorHome,
    private readonly there: VectorIndex,
    private readonly here: VectorIndex,
  ) {
    super();
  }

  async close(): Promise<void> {
    await Promise.all([this.there.close(), this.here.close()]);
  }

  protected async choose(): Promise<VectorIndex> {
    return (await this.home.isComplete()) ? this.there : this.here;
  }
}
