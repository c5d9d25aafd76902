import { execFileSync } from 'node:child_process';

/** Builds the package once before the tests, some of which run it as users do. */
export default function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] });
}
