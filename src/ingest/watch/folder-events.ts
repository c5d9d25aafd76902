/**
 * Where events come from. A source tells of files and folders as the walk sees them: nothing of ignored
 * folders, and nothing through symbolic links. Paths are relative to the root, with '/' between names.
 */
export interface FolderEvents {
  /**
   * Brings what is watched in step with the folders that are there now. Must have ended before a scan
   * begins, so that a change is either seen by the scan or told afterwards.
   *
   * Throws NotFoundError `FOLDER_NOT_FOUND` or UsageError `NOT_A_FOLDER` when the root is not a folder
   * any more, LimitError `LIMIT_EXCEEDED` when the system allows no more watches, CancelledError.
   */
  refresh(signal?: AbortSignal): Promise<void>;
  /** Releases everything; nothing is told afterwards. */
  close(): void;
}

/** Who is told. No method may throw. */
export interface EventListener {
  /** A file with this path came, changed or went. */
  onFile(path: string): void;
  /** A folder came, went or was renamed, so that the set of files may be another: only a scan can tell. */
  onFolder(path: string): void;
  /** Events were lost: anything may have changed. */
  onLost(reason: string): void;
}

/** Starts to listen below an existing folder; nothing is watched before the first `refresh`. */
export type OpenFolderEvents = (root: string, listener: EventListener) => FolderEvents;
