/** Why a call failed, where it is the server that says so and not the store. */
export class ToolFailure extends Error {
  constructor(
    readonly code: 'INVALID_ARGUMENT' | 'FOLDER_NOT_ALLOWED' | 'UNKNOWN_TOOL',
    message: string,
    /** What the caller can do about it. */
    readonly advice: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'ToolFailure';
  }
}
