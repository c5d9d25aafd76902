import type {
  Maintenance,
  MaintenanceOptions,
  VectorAnswer,
  VectorIndex,
  VectorIndexCheck,
  VectorIndexStatus,
  VectorSearchOptions,
} from './vector-index.js';

/** One of several indexes, chosen anew for each call. */
export abstract class ChosenIndex implements VectorIndex {
  async search(query: Float32Array, options: VectorSearchOptions = {}): Promise<VectorAnswer> {
    return (await this.choose()).search(query, options);
  }

  async maintain(options: MaintenanceOptions = {}): Promise<Maintenance> {
    return (await this.choose()).maintain(options);
  }

  async status(): Promise<VectorIndexStatus> {
    return (await this.choose()).status();
  }

  async verify(signal?: AbortSignal): Promise<VectorIndexCheck> {
    return (await this.choose()).verify(signal);
  }

  abstract close(): Promise<void>;

  protected abstract choose(): Promise<VectorIndex>;
}
