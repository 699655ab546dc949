/**
 * The same core without a window, as a process: one command line, one answer, an exit code.
 */
import { runCommandLine } from './cli/command-line.ts';
import { createLogger } from './log.ts';

const { code, stdout, stderr } = await runCommandLine(process.argv.slice(2), process.env, createLogger('warn'));
process.stderr.write(stderr);
process.stdout.write(stdout, () => process.exit(code));
