import { UsageError } from './errors.js';

/** Throws UsageError `INVALID_ARGUMENT` for a text that cannot name a project. */
export function requireProjectId(projectId: string): void {
  if (projectId !== '' && !projectId.includes('//') && !/\p{Cc}/u.test(projectId)) return;
  throw new UsageError(
    'INVALID_ARGUMENT',
    `A project id is a text without '//' and control characters; got ${JSON.stringify(projectId)}.`,
    { details: { option: 'projectId', value: projectId } },
  );
}
