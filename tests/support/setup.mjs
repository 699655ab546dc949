/**
 * Makes a fresh clone ready before `npm start`, `npm test` and `npm run ops`: packages, system programs, build.
 * Plain Node without dependencies, because it runs before anything is there; everything it says goes to stderr,
 * because the command it prepares owns stdout. Costs next to nothing when there is nothing to do.
 */
import { ensureBuilt } from './setup/build.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { ensurePrograms } from './setup/programs.mjs';
import { ensureSqlServers } from './setup/sql-servers.mjs';

const purpose = process.argv[2];
if (purpose !== 'start' && purpose !== 'test' && purpose !== 'ops') {
  process.stderr.write('Usage: node setup.mjs start|test|ops\n');
  process.exit(2);
}

try {
  ensurePackages();
  ensurePrograms(purpose);
  if (purpose === 'test') ensureSqlServers();
  await ensureBuilt();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
