/** Fingerprints are below this. */
const LIMIT = 2 ** 52;
const MOST_BUCKETS = 2 ** 24;

/**
 * The places of fingerprints in ascending order of these. They are hashes, so about as many buckets by
 * their leading bits as there are fingerprints hold one or two each; within a bucket they are inserted.
 */
export function placesInOrder(fingerprints: Float64Array): Uint32Array {
  const buckets = Math.min(2 ** Math.ceil(Math.log2(fingerprints.length + 1)), MOST_BUCKETS);
  const width = LIMIT / buckets;
  const ends = new Uint32Array(buckets + 1);
  for (const fingerprint of fingerprints) addTo(ends, Math.floor(fingerprint / width) + 1);
  for (let bucket = 1; bucket <= buckets; bucket++) ends[bucket] = (ends[bucket] ?? 0) + (ends[bucket - 1] ?? 0);
  // From here on, where the next fingerprint of the bucket goes; in the end, where the bucket ends.
  const places = new Uint32Array(fingerprints.length);
  const starts = ends.slice();
  for (const [place, fingerprint] of fingerprints.entries()) {
    const bucket = Math.floor(fingerprint / width);
    let at = addTo(ends, bucket);
    const first = starts[bucket] ?? 0;
    for (; at > first && (fingerprints[places[at - 1] ?? 0] ?? 0) > fingerprint; at--) places[at] = places[at - 1] ?? 0;
    places[at] = place;
  }
  return places;
}

/** Adds one, and gives what it was. */
function addTo(counts: Uint32Array, at: number): number {
  const count = counts[at] ?? 0;
  counts[at] = count + 1;
  return count;
}
