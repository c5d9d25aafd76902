/** Writes whole numbers and texts into one growing buffer. */
export class ByteWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, lowest first. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  /** 52 bits in seven bytes. */
  hash(value: number): void {
    this.reserve(7);
    let low = value % 0x1000000;
    let high = Math.floor(value / 0x1000000);
    for (let byte = 0; byte < 3; byte++, low >>>= 8) this.bytes[this.length++] = low & 0xff;
    for (let byte = 0; byte < 4; byte++, high >>>= 8) this.bytes[this.length++] = high & 0xff;
  }

  text(text: string): void {
    const encoded = Buffer.from(text, 'utf8');
    this.varint(encoded.length);
    this.reserve(encoded.length);
    this.bytes.set(encoded, this.length);
    this.length += encoded.length;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

/** Reads what a {@link ByteWriter} wrote. Throws RangeError where the bytes cannot be that. */
export class ByteReader {
  private at = 0;
  private readonly buffer: Buffer;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isAtEnd(): boolean {
    return this.at === this.buffer.length;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new RangeError('A number does not end.');
  }

  hash(): number {
    const low = this.byte() + this.byte() * 0x100 + this.byte() * 0x10000;
    const high = this.byte() + this.byte() * 0x100 + this.byte() * 0x10000 + this.byte() * 0x1000000;
    return high * 0x1000000 + low;
  }

  text(): string {
    const length = this.varint();
    if (this.at + length > this.buffer.length) throw new RangeError('A text does not end.');
    const text = this.buffer.toString('utf8', this.at, this.at + length);
    this.at += length;
    return text;
  }

  private byte(): number {
    const byte = this.buffer[this.at++];
    if (byte === undefined) throw new RangeError('The bytes end too early.');
    return byte;
  }
}
