import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from './failure.js';

const TOKEN_BYTES = 32;

/** Who may ask: whoever has the token, through the address that the server listens at, from no other site. */
export class Access {
  readonly token: string;
  readonly #digest: Buffer;
  readonly #cookie: string;
  readonly #hosts: readonly string[];

  constructor(port: number, token = randomBytes(TOKEN_BYTES).toString('base64url')) {
    this.token = token;
    this.#digest = digestOf(token);
    // Cookies are shared by all ports of a host.
    this.#cookie = `lestockage-${port}`;
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`, ...(port === 80 ? ['127.0.0.1', 'localhost'] : [])];
  }

  /**
   * Throws a Refusal `HOST_NOT_ALLOWED` for a request by another name, as a page makes it whose name was bound to this
   * address after it was loaded, and `ORIGIN_NOT_ALLOWED` for one that another site makes.
   */
  requireOwnSite({ headers }: IncomingMessage): void {
    const { host = '', origin } = headers;
    if (!this.#hosts.includes(host.toLowerCase())) {
      throw new Refusal('HOST_NOT_ALLOWED', 'This server is asked for by the address that it printed only.', {
        host: host.slice(0, 200),
      });
    }
    const isForeign = origin !== undefined && !this.#hosts.some((own) => origin === `http://${own}`);
    if (isForeign || headers['sec-fetch-site'] === 'cross-site') {
      throw new Refusal('ORIGIN_NOT_ALLOWED', 'Pages of other sites may not ask this server.', {
        origin: (origin ?? '').slice(0, 200),
      });
    }
  }

  /** Throws a Refusal `TOKEN_MISSING` or `TOKEN_WRONG` without the token as bearer or in the cookie. */
  requireToken({ headers }: IncomingMessage): void {
    const given = bearerOf(headers.authorization) ?? cookieOf(headers.cookie, this.#cookie);
    if (given === undefined) {
      throw new Refusal('TOKEN_MISSING', 'Open the address that `lestockage serve` printed: it has the token.');
    }
    if (!timingSafeEqual(digestOf(given), this.#digest)) {
      throw new Refusal('TOKEN_WRONG', 'The token is not that of this server; open the address that it printed.');
    }
  }

  /** The header that lets the browser keep the token where no script can read it. */
  get cookieHeader(): string {
    return `${this.#cookie}=${this.token}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

/** Of equal length whatever was given, so that the comparison takes equally long. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1];
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at >= 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
