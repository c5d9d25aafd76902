import type {
  Maintenance,
  MaintenanceOptions,
  VectorAnswer,
  VectorIndex,
  VectorIndexCheck,
  VectorIndexStatus,
  VectorSearchOptions,
} from '../search/vector-index.js';
import type { VectorHome } from './vector-home.js';

/**
 * Searches where the vectors are while all of them are there; while some still lie with the graph, by reading them from
 * wherever they lie.
 */
export class HomeIndex implements VectorIndex {
  constructor(
    private readonly home: VectorHome,
    private readonly there: VectorIndex,
    private readonly here: VectorIndex,
  ) {}

  async search(query: Float32Array, options?: VectorSearchOptions): Promise<VectorAnswer> {
    return (await this.choose()).search(query, options);
  }

  async maintain(options?: MaintenanceOptions): Promise<Maintenance> {
    return (await this.choose()).maintain(options);
  }

  async status(): Promise<VectorIndexStatus> {
    return (await this.choose()).status();
  }

  async verify(signal?: AbortSignal): Promise<VectorIndexCheck> {
    return (await this.choose()).verify(signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.there.close(), this.here.close()]);
  }

  private async choose(): Promise<VectorIndex> {
    return (await this.home.isComplete()) ? this.there : this.here;
  }
}
