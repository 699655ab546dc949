/** A process of the simulation campaign: runs the seeds it is sent and answers with what it saw. Ends with whoever started it. */
import { runSeeds } from '../simulation/seeds.ts';

process.on('message', (seeds: readonly number[]) => {
  void runSeeds(seeds).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit(0));
