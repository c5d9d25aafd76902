import type { EdgeMetadata } from '../model/index.js';
import type { Evidence } from './value.js';

const texts = new WeakMap<EdgeMetadata, string>();

/** Metadata that many edges have in common, each made once, frozen. */
export class SharedMetadata {
  private readonly calls = new Map<Evidence, Map<number, EdgeMetadata>>();
  private readonly uses = new Map<Evidence, EdgeMetadata>();

  ofCall(reason: Evidence, callCount: number): EdgeMetadata {
    let byCount = this.calls.get(reason);
    if (byCount === undefined) this.calls.set(reason, (byCount = new Map<number, EdgeMetadata>()));
    let metadata = byCount.get(callCount);
    if (metadata === undefined) byCount.set(callCount, (metadata = Object.freeze({ callCount, ...partsOf(reason) })));
    return metadata;
  }

  ofUse(reason: Evidence): EdgeMetadata {
    let metadata = this.uses.get(reason);
    if (metadata === undefined) this.uses.set(reason, (metadata = Object.freeze(partsOf(reason))));
    return metadata;
  }
}

function partsOf({ confidence, strategy }: Evidence): { readonly confidence: number; readonly strategy: string } {
  return { confidence, strategy };
}

/** The JSON text; that of shared metadata is made once. */
export function textOfMetadata(metadata: EdgeMetadata): string {
  if (!Object.isFrozen(metadata)) return JSON.stringify(metadata);
  let text = texts.get(metadata);
  if (text === undefined) texts.set(metadata, (text = JSON.stringify(metadata)));
  return text;
}
