import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceFolder } from '../support/indexing.js';
import { runCli } from '../support/run-cli.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

const FILES = {
  'src/http.ts': `/** Splits the head of a request into its fields. */
export function parseHttpHeader(text: string): string[] {
  return text.split('\\n');
}
/** Splits the head of an answer into its fields. */
export function parseAnswerHeader(text: string): string[] {
  return text.split('\\n');
}
`,
  'src/mail.ts': 'export function sendMail(to: string): void {\n  console.log(to);\n}\n',
};

interface Answer {
  readonly status: number | null;
  readonly stderr: string;
  readonly body: Record<string, unknown> & { readonly items: { readonly name: string; readonly why: string }[] };
}

async function ask(db: string, ...line: string[]): Promise<Answer> {
  const { status, stdout, stderr } = await runCli([...line, '--db', db, '--json']);
  return { status, stderr, body: JSON.parse(stdout) as Answer['body'] };
}

const namesOf = ({ body }: Answer): string[] => body.items.map(({ name }) => name);

describe('lestockage search', () => {
  it('[U3] compares names, words and meaning unless told otherwise, and says why each symbol is an answer', async () => {
    const db = join(temporaryFolder(), 'code.db');
    const root = sourceFolder(FILES);
    expect((await runCli(['index', root, '--db', db])).status).toBe(0);
    const answer = await ask(db, 'search', 'parseHttpHeader', '-k', '1');
    expect([answer.status, answer.stderr]).toEqual([0, '']);
    expect(answer.body).toMatchObject({ mode: 'hybrid', truncated: true, notes: [] });
    expect(answer.body['lists']).toMatchObject([
      { mode: 'name' },
      { mode: 'text' },
      { mode: 'semantic', strategy: 'exact' },
    ]);
    expect(namesOf(answer)).toEqual(['parseHttpHeader']);
    expect(answer.body.items[0]?.why).toMatch(/^name #1 \(exact name\); text #1 \(words: .*\); semantic #1 \(/);
    const next = await ask(db, 'search', 'parseHttpHeader', '-k', '1', '--cursor', String(answer.body['cursor']));
    expect(namesOf(next)).toEqual(['parseAnswerHeader']);

    const modes = ['text', 'semantic', 'hybrid'] as const;
    const firsts = await Promise.all(modes.map((mode) => ask(db, 'search', 'fields of a request', '--mode', mode)));
    expect(firsts.map((each) => namesOf(each)[0])).toEqual(modes.map(() => 'parseHttpHeader'));
    expect(namesOf(await ask(db, 'search', 'parseHtpHeadr', '--mode', 'name'))[0]).toBe('parseHttpHeader');
    expect(await ask(db, 'search', 'header', '--path', 'lib/')).toMatchObject({ status: 0, body: { total: 0 } });
    expect(await ask(db, 'search', '"?!" -- *', '--mode', 'text')).toMatchObject({ status: 0, body: { total: 0 } });

    const similar = await ask(db, 'similar', 'parseHttpHeader', '-k', '1');
    expect(similar.body).toMatchObject({ total: 1, symbol: { name: 'parseHttpHeader' }, strategy: 'exact' });
    expect(namesOf(similar)).toEqual(['parseAnswerHeader']);
    expect(await ask(db, 'verify', '--deep')).toMatchObject({ status: 0, body: { ok: true } });
  });

  it('sees what an index run changed, and nothing of what it removed', async () => {
    const db = join(temporaryFolder(), 'code.db');
    const root = sourceFolder(FILES);
    await runCli(['index', root, '--db', db, '--no-embed']);
    const people = await runCli(['search', 'header', '--db', db]);
    expect(people.stderr).toContain('There are no vectors of the model');
    writeTree(root, { 'src/mail.ts': 'export function sendLetter(to: string): void {\n  console.log(to);\n}\n' });
    rmSync(join(root, 'src', 'http.ts'));
    await runCli(['index', root, '--db', db]);
    expect(namesOf(await ask(db, 'search', 'letter'))).toContain('sendLetter');
    for (const gone of ['sendMail', 'parseHttpHeader', 'parseAnswerHeader']) {
      for (const mode of ['hybrid', 'name', 'text', 'semantic']) {
        expect(namesOf(await ask(db, 'search', gone, '--mode', mode))).not.toContain(gone);
      }
    }
    expect(await ask(db, 'verify', '--deep')).toMatchObject({ status: 0, body: { ok: true } });
  });
});
