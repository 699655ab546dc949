/** Writes what a run of a check showed into the file KIOSK_CHECK_REPORT names. */
import { writeFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestModule } from 'vitest/node';
import type { CheckRun } from './verdict.ts';

/** Characters of a message that are kept. */
const MESSAGE_MAX = 300;

export class CheckReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { readonly message: string }[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const failed = tests.filter((test) => test.result().state === 'failed');
    const blocks = modules.flatMap((module) => [...module.errors(), ...[...module.children.allSuites()].flatMap((block) => [...block.errors()])]);
    const run: CheckRun = {
      collected: tests.length,
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failed: failed.map((test) => ({
        file: relative(process.cwd(), test.module.moduleId).replaceAll(sep, '/'),
        name: test.fullName,
        errors: (test.result().errors ?? []).map(({ name = 'Error', message }) => ({ name, message: inOneLine(message) })),
      })),
      outside: [...blocks, ...unhandled].map(({ message }) => inOneLine(message)),
    };
    writeFileSync(process.env['KIOSK_CHECK_REPORT'] ?? '', JSON.stringify(run));
  }
}

function inOneLine(message: string): string {
  return stripVTControlCharacters(message).replaceAll(/\s+/g, ' ').trim().slice(0, MESSAGE_MAX);
}
