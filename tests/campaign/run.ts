/**
 * `npm run campaign [-- NAME [options]]`: tests that run for minutes, each with its own progress and table. Without a name all of them, one
 * after the other, as the defaults have it. One table at the end. Exit code 0: nothing wrong found. 1: something was. 2: usage.
 */
import type { CampaignEnd } from './campaign-end.ts';

interface Campaign {
  readonly about: string;
  readonly run: (args: readonly string[]) => Promise<CampaignEnd>;
}

const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  agree: {
    about: 'the same random commands to the model stores and to real servers: [--seeds 50] [--from 1]',
    run: async (args) => (await import('./agree.ts')).runAgreeCampaign(args),
  },
  mixed: {
    about: 'kiosks and the backend work one festival under random faults: [--minutes 10] [--ledger mariadb|mysql|both] [--seed N]',
    run: async (args) => (await import('./mixed.ts')).runMixedCampaign(args),
  },
  mutations: {
    about: 'mistakes made in the sources on purpose, each of which a check must catch: [--ledger mariadb|mysql] [--only ID]',
    run: async (args) => (await import('./mutations.ts')).runMutationCampaign(args),
  },
  screens: {
    about: 'every state of the screen judged by axe, in both looks',
    run: async (args) => (await import('./screens.ts')).runScreensCampaign(args),
  },
  servers: {
    about: 'the tests on real stores, under real faults, on every server there is: [--times 3]',
    run: async (args) => (await import('./servers.ts')).runServersCampaign(args),
  },
  simulation: {
    about: 'simulated histories of kiosks, visitors and a backend under every fault: [--seeds 20000] [--from 1] [--minutes M] | --seed N',
    run: async (args) => (await import('./simulation.ts')).runSimulationCampaign(args),
  },
};

const [name, ...args] = process.argv.slice(2);
if (name !== undefined && !Object.hasOwn(CAMPAIGNS, name)) {
  const known = Object.entries(CAMPAIGNS).map(([each, { about }]) => `  ${each}  ${about}\n`);
  process.stderr.write(`"${name}" is not a campaign:\n${known.join('')}`);
  process.exit(2);
}

const rows: (readonly [name: string, result: string, figures: string, minutes: string])[] = [];
let worst = 0;
for (const [each, { run }] of Object.entries(CAMPAIGNS)) {
  if (name !== undefined && name !== each) continue;
  const startedMs = performance.now();
  const { code, figures } = await run(args);
  // Whoever asked wrongly has been told how to ask.
  if (code === 2) process.exit(2);
  rows.push([each, code === 0 ? 'nothing wrong' : 'WRONG', figures, ((performance.now() - startedMs) / 60_000).toFixed(1)]);
  worst = Math.max(worst, code);
}
process.stdout.write(`\n| campaign | result | figures | minutes |\n|---|---|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |\n`).join('')}`);
process.exit(worst);
