declare const fingerprintBrand: unique symbol;

/**
 * 52 bits of a hash as a number. Says whether two values that a program computed are the same one; it
 * is no protection against somebody who looks for two values with one fingerprint.
 */
export type Fingerprint = number & { readonly [fingerprintBrand]: true };

const HIGH = 2 ** 26;
const MASK = HIGH - 1;

/**
 * Hashes texts and numbers one after the other. Two lanes of 32 bits, each mixed by multiplication and
 * rotation as in MurmurHash3 (Appleby), of which 26 bits each are given out.
 */
export class Fingerprinter {
  private a = 0x2545f491;
  private b = 0x9e3779b9 | 0;

  /** A text, set apart from what follows. */
  text(text: string): this {
    let { a, b } = this;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      a = Math.imul(a ^ unit, 0x85ebca6b);
      a ^= a >>> 15;
      b = Math.imul(b ^ unit, 0xc2b2ae35);
      b = (b << 13) | (b >>> 19);
    }
    this.a = a;
    this.b = b;
    return this.word(~text.length);
  }

  /** A whole number of at most 53 bits. */
  number(value: number): this {
    return this.word(value | 0).word((value / 2 ** 32) | 0);
  }

  /** What was added so far. More may be added afterwards. */
  digest(): Fingerprint {
    const high = finish(this.a ^ Math.imul(this.b, 0x27d4eb2f));
    const low = finish(this.b ^ Math.imul(this.a, 0x165667b1));
    return ((high & MASK) * HIGH + (low & MASK)) as Fingerprint;
  }

  private word(word: number): this {
    this.a = Math.imul(this.a ^ word, 0x85ebca6b);
    this.a ^= this.a >>> 15;
    this.b = Math.imul(this.b ^ word, 0xc2b2ae35);
    this.b = (this.b << 13) | (this.b >>> 19);
    return this;
  }
}

function finish(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The fingerprint of a sequence of texts and whole numbers. */
export function fingerprintOf(...parts: readonly (string | number)[]): Fingerprint {
  const hasher = new Fingerprinter();
  for (const part of parts) {
    if (typeof part === 'string') hasher.text(part);
    else hasher.number(part);
  }
  return hasher.digest();
}
