import type { NodeId } from '../model/index.js';

const FIRST_CAPACITY = 1024;

/**
 * Numbers nodes from 0 on in the order in which they are added, by what they are called in the database. Takes
 * twenty bytes for each, since exports have millions of them.
 */
export class NodeNumbers {
  private ids = new Float64Array(FIRST_CAPACITY);
  private count = 0;
  /** Numbers in the order of their ids; made when the first one is looked up. */
  private byId: Uint32Array | undefined;

  /** Gives the number. An id is added once. */
  add(id: NodeId): number {
    if (this.count === this.ids.length) {
      const larger = new Float64Array(this.ids.length * 2);
      larger.set(this.ids);
      this.ids = larger;
    }
    this.byId = undefined;
    this.ids[this.count] = id;
    return this.count++;
  }

  /** Undefined for an id that was not added. */
  of(id: NodeId): number | undefined {
    const { ids } = this;
    const byId = (this.byId ??= this.sorted());
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(ids, at(byId, middle)) < id) low = middle + 1;
      else high = middle;
    }
    const found = byId[low];
    return found !== undefined && ids[found] === id ? found : undefined;
  }

  private sorted(): Uint32Array {
    const { ids } = this;
    const numbers = new Uint32Array(this.count);
    for (let number = 0; number < this.count; number++) numbers[number] = number;
    return numbers.sort((a, b) => at(ids, a) - at(ids, b));
  }
}

/** Only for places that are there. */
function at(values: Float64Array | Uint32Array, index: number): number {
  return values[index] ?? Number.NaN;
}
